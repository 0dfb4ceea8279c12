"""The command tree: ``gehoor <command>``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from gehoor import __version__
from gehoor.cli.knowledge import add_knowledge
from gehoor.core.errors import GehoorError, Invalid
from gehoor.settings import CACHE, DEMO, read_settings

if TYPE_CHECKING:
    from gehoor.adapters.brains.embedding import Encoder
    from gehoor.adapters.hearing.listening import FullHearing

Run = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    run: Run | None = getattr(chosen, "run", None)
    if run is None:
        parser.print_help()
        return 2
    try:
        return run(chosen)
    except GehoorError as fault:
        print(f"gehoor: {fault.sentence} {_named(fault)}".rstrip(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output went away; nothing is wrong with us.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _named(fault: GehoorError) -> str:
    return " ".join(f"{key}={value}" for key, value in fault.data.items() if key in ("field", "file", "line"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("gehoor", description="Customer contact in which a person is always within reach.")
    parser.add_argument("--version", action="version", version=f"gehoor {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="<command>")
    _add_serving(commands)
    _add_filters(commands)
    _add_proofs(commands)
    _add_store(commands)
    add_knowledge(commands)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add(commands: Commands, name: str, help: str, example: str, run: Run) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=help,
        description=help,
        epilog=f"example: {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _add_serving(commands: Commands) -> None:
    demo = _add(commands, "demo", "the whole product with a demo organisation", "gehoor demo --port 8081", _demo)
    demo.add_argument("--port", type=int, default=8080, help="port to listen on (8080)")
    demo.add_argument("--data", type=Path, default=Path("demo-data"), help="folder for its data (demo-data)")
    demo.add_argument("--empty", action="store_true", help="begin with a new, empty store")
    serve = _add(
        commands, "serve", "the product, configured by GEHOOR_ variables", "GEHOOR_PORT=80 gehoor serve", _serve
    )
    serve.add_argument("--processes", type=int, help="server processes on the port (GEHOOR_PROCESSES, 1)")
    serve.add_argument("--place", default="", help=argparse.SUPPRESS)  # what a parent gives to its processes


def _add_filters(commands: Commands) -> None:
    asked = '\'{"id": 1, "text": "hoe zeg ik mijn huur op"}\''
    ask = _add(commands, "ask", "questions in, answers out (JSON lines)", f"echo {asked} | gehoor ask", _ask)
    ask.add_argument("--knowledge", type=Path, default=DEMO / "knowledge", help="folder with articles")
    ask.add_argument("--no-model", action="store_true", help="without the embedded language model")
    said = '\'{"id": 1, "text": "bel me gewoon"}\''
    hear = _add(
        commands, "signals", "what is heard in messages (JSON lines)", f"echo {said} | gehoor signals", _signals
    )
    hear.add_argument("--no-model", action="store_true", help="by the tables alone")
    hear.add_argument("--tables", type=Path, help="folder with an organisation's own tables of phrases")
    measure = _add(
        commands, "evaluate", "measure on labelled lines", "gehoor evaluate answers --data a.jsonl", _measure
    )
    measure.add_argument("what", choices=("answers", "signals", "live"))
    measure.add_argument(
        "--data", type=Path, help="labelled lines (docs/signals.md, docs/answers.md); live: the folder of the store"
    )
    measure.add_argument(
        "--grown", type=Path, metavar="DIR", help="answers: with what agents corrected in the store of this folder"
    )
    measure.add_argument("--redraw", action="store_true", help="live: draw every sample again, and compare")
    measure.add_argument("--tables", type=Path, help="signals: folder with an organisation's own tables of phrases")
    measure.add_argument(
        "--misspell", type=Path, help="signals: list of misspellings that are put into the texts first"
    )
    measure.add_argument("--knowledge", type=Path, default=DEMO / "knowledge", help="folder with articles")
    measure.add_argument("--json", action="store_true", help="figures as JSON")
    measure.add_argument("--plot", type=Path, help="answers: draw coverage and reliability in this file (SVG)")
    measure.add_argument("--no-model", action="store_true", help="without the embedded language model")


def _add_proofs(commands: Commands) -> None:
    check = _add(commands, "check", "every reachable state against the guarantees", "gehoor check --json", _check)
    check.add_argument("--json", action="store_true", help="the figures as JSON")
    check.add_argument("--organisation", type=Path, help="the policy to try hour by hour (GEHOOR_ORGANISATION)")
    audit = _add(commands, "audit", "the guarantees over what is stored", "gehoor audit --data demo-data", _audit)
    audit.add_argument("--data", type=Path, help="folder of the store (GEHOOR_DATABASE, or demo-data without it)")
    audit.add_argument("--json", action="store_true", help="the findings as JSON")
    audit.add_argument("--from", dest="since", default="", help="only what happened from this day on (2026-11-01)")
    audit.add_argument("--to", dest="until", default="", help="only what happened before this day")
    audit.add_argument("--receipts", type=Path, help="receipts of customers, a line of JSON each, or a saved copy")
    _add_simulate(commands)
    _add_bench(commands)


def _add_bench(commands: Commands) -> None:
    example = "gehoor bench --only messages,delivery --runs 1"
    bench = _add(commands, "bench", "measure this machine, against a floor", example, _bench)
    bench.add_argument(
        "--json", nargs="?", const="", metavar="FILE", help="the figures as JSON, on the output or in a file"
    )
    bench.add_argument("--plot", type=Path, help="draw the figures beside their bars in this file (SVG)")
    bench.add_argument("--runs", type=int, default=3, help="runs of which the median is told (3)")
    bench.add_argument("--seconds", type=float, default=3.0, help="length of one point (3)")
    bench.add_argument("--processes", default="1,2,4", metavar="N,...", help="on PostgreSQL: how many (1,2,4)")
    bench.add_argument("--only", default="", metavar="NAME,...", help="some parts only; an unknown name lists them")


def _add_simulate(commands: Commands) -> None:
    help = "days under a virtual clock, with faults"
    play = _add(commands, "simulate", help, "gehoor simulate --days 5 --what-if agent-1 --plot waits.svg", _simulate)
    play.add_argument("--days", type=int, default=5, help="days in which customers come (5)")
    play.add_argument("--conversations", type=int, default=0, help="as many days as bring so many conversations")
    play.add_argument("--agents", type=int, default=16, help="agents of the organisation (16)")
    play.add_argument("--seed", type=int, default=1, help="chance: equal seeds give equal days (1)")
    play.add_argument(
        "--what-if",
        action="append",
        default=[],
        metavar="CASE",
        help="beside it: agent+1, agent-1, no-ai or storm; may be given more than once",
    )
    play.add_argument("--no-faults", action="store_true", help="nothing goes wrong")
    play.add_argument("--processes", type=int, default=2, help="processes that share the work (2)")
    play.add_argument("--json", action="store_true", help="the figures as JSON")
    play.add_argument("--plot", type=Path, help="draw the waits by hour in this file (SVG)")
    play.add_argument("--page", type=Path, help="write a page with picture and tables (HTML)")


def _add_store(commands: Commands) -> None:
    help = "the store: migrate, check, rebuild, backup, restore, erasures"
    store = _add(commands, "db", help, "gehoor db check --data demo-data", _db)
    actions = store.add_subparsers(title="actions", metavar="<action>", dest="action", required=True)
    said = {
        "migrate": ("bring the tables to the schema of this version", "gehoor db migrate"),
        "check": ("is everything that is stored whole, and does it fit", "gehoor db check --json"),
        "rebuild": ("make every projection again from the facts", "gehoor db rebuild"),
        "backup": ("write a backup, also while a server runs; without the keys", "gehoor db backup /backup/2026-11-25"),
        "restore": ("put a backup back into an empty place", "gehoor db restore /backup/2026-11-25"),
        "erasures": ("a copy of the erasure ledger, to keep elsewhere", "gehoor db erasures /elsewhere/erasures.jsonl"),
    }
    for name, (told, example) in said.items():
        action = _add(actions, name, told, example, _db)
        action.add_argument("--data", type=Path, help="folder with store and keys, instead of the GEHOOR_ variables")
        if name == "check":
            action.add_argument("--json", action="store_true", help="the findings as JSON")
        if name in ("backup", "restore"):
            action.add_argument("folder", type=Path, help="folder of the backup")
        if name == "erasures":
            action.add_argument("folder", type=Path, metavar="file", help="file to write")
        if name == "restore":
            action.add_argument("--erasures", type=Path, help="another copy of the erasure ledger (erasures.jsonl)")


# The imports stand in the functions so that a filter does not wait for a web server to load.


def _demo(chosen: argparse.Namespace) -> int:
    from gehoor.cli.serve import demo

    return demo(chosen.port, chosen.data, chosen.empty)


def _serve(chosen: argparse.Namespace) -> int:
    settings = read_settings(os.environ)
    if chosen.processes is not None:
        settings = replace(settings, processes=chosen.processes)
    if settings.processes > 1:
        from gehoor.cli.processes import Parent

        return Parent(settings).run()
    from gehoor.cli.serve import serve

    return serve(settings, chosen.place)


def _ask(chosen: argparse.Namespace) -> int:
    from gehoor.cli.filters import run_ask

    return run_ask(sys.stdin.buffer, sys.stdout, chosen.knowledge, encoder=_encoder(chosen), cache=CACHE)


def _signals(chosen: argparse.Namespace) -> int:
    from gehoor.cli.signals import run_signals

    return run_signals(sys.stdin.buffer, sys.stdout, _hearing(chosen))


def _hearing(chosen: argparse.Namespace) -> FullHearing:
    from gehoor.adapters.brains.embedding import SentenceEncoder
    from gehoor.adapters.hearing.language import get_ready
    from gehoor.adapters.hearing.listening import FullHearing

    get_ready()
    return FullHearing(_encoder(chosen) or SentenceEncoder(), chosen.tables)


def _measure(chosen: argparse.Namespace) -> int:
    if chosen.what == "live":
        from gehoor.cli.live import run_evaluate_live

        database, folder = _stored(chosen.data)
        return run_evaluate_live(folder, sys.stdout, chosen.json, database, redraw=chosen.redraw)
    if chosen.data is None and chosen.grown is None:
        raise Invalid("Say which labelled lines to measure on.", field="--data")
    if chosen.what == "signals":
        from gehoor.cli.signals import run_evaluate_signals

        hearing = _hearing(chosen)
        return run_evaluate_signals(chosen.data, sys.stdout, hearing, as_json=chosen.json, misspell=chosen.misspell)
    from gehoor.cli.evaluation import run_evaluate_answers

    file, knowledge, encoder = chosen.data, chosen.knowledge, _encoder(chosen)
    return run_evaluate_answers(
        file,
        sys.stdout,
        knowledge,
        chosen.json,
        plot=chosen.plot,
        grown=chosen.grown,
        encoder=encoder,
        cache=CACHE,
    )


def _encoder(chosen: argparse.Namespace) -> Encoder | None:
    from gehoor.adapters.brains.embedding import NoEncoder

    return NoEncoder() if chosen.no_model else None


def _check(chosen: argparse.Namespace) -> int:
    from gehoor.cli.prove import check

    return check(chosen.json, chosen.organisation or read_settings(os.environ).organisation)


def _audit(chosen: argparse.Namespace) -> int:
    from gehoor.cli.prove import Asked, audit

    database, data = _stored(chosen.data)
    return audit(data, chosen.json, Asked(chosen.since, chosen.until, chosen.receipts), database)


def _stored(data: Path | None) -> tuple[str, Path]:
    """The address of the store in PostgreSQL, if it is there, and the folder beside it: the one that is named, else
    that of the settings, else that of a demonstration."""
    if data is not None:
        return "", data
    from gehoor.boot import database_url

    settings = read_settings(os.environ)
    database = database_url(settings)
    named = database or "GEHOOR_DATA" in os.environ
    return database, settings.data if named else Path("demo-data")


def _simulate(chosen: argparse.Namespace) -> int:
    from gehoor.cli.simulate import run_simulate
    from gehoor.prove.simulate.run import Wanted

    wanted = Wanted(
        days=chosen.days,
        conversations=chosen.conversations,
        agents=chosen.agents,
        seed=chosen.seed,
        faults=not chosen.no_faults,
        processes=chosen.processes,
    )
    return run_simulate(wanted, chosen.what_if, chosen.json, chosen.plot, chosen.page)


def _bench(chosen: argparse.Namespace) -> int:
    from gehoor.cli.bench import bench
    from gehoor.prove.bench.kit import Wanted
    from gehoor.prove.bench.measure import NAMES

    only = tuple(chosen.only.split(",")) if chosen.only else NAMES
    file = Path(chosen.json) if chosen.json else None
    wanted = Wanted(chosen.runs, chosen.seconds, only, processes=_counts(chosen.processes))
    return bench(wanted, chosen.json == "", file, chosen.plot)


def _counts(given: str) -> tuple[int, ...]:
    if not all(one.isdigit() and 1 <= int(one) <= 64 for one in given.split(",")):
        raise Invalid("These must be numbers of processes, such as 1,2,4.", field="--processes")
    return tuple(int(one) for one in given.split(","))


def _db(chosen: argparse.Namespace) -> int:
    from gehoor.cli import db
    from gehoor.cli.db_place import place_of

    place = place_of(read_settings(os.environ), chosen.data)
    match chosen.action:
        case "migrate":
            return db.migrate(place)
        case "check":
            return db.check(place, chosen.json)
        case "rebuild":
            return db.rebuild(place)
        case "backup":
            return db.backup(place, chosen.folder)
        case "erasures":
            return db.erasures(place, chosen.folder)
        case _:
            return db.restore(place, chosen.folder, chosen.erasures)
