"""``gehoor knowledge``: articles in from files, and what is wrong with the articles that are there."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from gehoor.core.errors import Invalid
from gehoor.settings import DEMO

if TYPE_CHECKING:
    from gehoor.adapters.articles.intake.importing import Report

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
_HELP = "articles: import them from files, check them, see who was given one"
_IMPORT = """\
Reads Markdown, HTML (also a saved website), Word (.docx), PDF and tables (.csv with a question and an answer) and
writes each article as a draft: DIR/drafts/<language>/<slug>.md. Nothing of it is answered from until a person approves
it.
What could not be read is named with its place, and the rest is imported; the exit status is then 1."""
_IMPORT_EXAMPLE = 'gehoor knowledge import site/ beleid.docx vragen.csv --into my-articles --owner "Team Verhuur"'


_RECALL = """\
Says who was given a version of an article: how many, by the AI or by a person, how each can be told that it was wrong
(page open now is not known here), and how far the recalls of it are. It only reads, also while a server runs. With
--scan the list is made again from every fact that is stored, and the exit status is 1 when it is another one."""
_RECALL_EXAMPLE = "gehoor knowledge recall huur-opzeggen bc5d861f1cbd --data demo-data --scan"
_CHECK = """\
Says of each article and each draft what a writer should look at: dates and amounts that passed, texts that contradict
or repeat another, links and sources that are gone, sentences above level B1, translations that are missing or say
something else. The exit status is 1 when a customer may be told something that is not so; advice alone is 0."""
_CHECK_EXAMPLE = "gehoor knowledge check --knowledge my-articles --faults"


def add_knowledge(commands: Commands) -> None:
    """Adds ``gehoor knowledge`` with its actions to the command tree."""
    group = commands.add_parser(
        "knowledge",
        help=_HELP,
        description=_HELP,
        epilog=f"example: {_IMPORT_EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = group.add_subparsers(title="actions", metavar="<action>", dest="action", required=True)
    _add_import(actions)
    _add_check(actions)
    _add_recall(actions)


def _add_import(actions: Commands) -> None:
    bring = actions.add_parser(
        "import",
        help="files of others become drafts",
        description=_IMPORT,
        epilog=f"example: {_IMPORT_EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    bring.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="a file, or a folder with all below it")
    bring.add_argument("--into", type=Path, required=True, metavar="DIR", help="folder with the articles")
    bring.add_argument("--owner", default="", help="owner of what names none")
    bring.add_argument("--language", default="", help="language of what does not say its own (told by the words)")
    bring.add_argument("--over", action="store_true", help="write over drafts that are there")
    bring.add_argument("--json", action="store_true", help="what was done as JSON")
    bring.set_defaults(run=_import)


def _add_recall(actions: Commands) -> None:
    recall = actions.add_parser(
        "recall",
        help="who was given a version of an article, and how they can be told",
        description=_RECALL,
        epilog=f"example: {_RECALL_EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    recall.add_argument("article", metavar="ARTICLE", help="the article, by its short name (huur-opzeggen)")
    recall.add_argument("versions", nargs="*", metavar="VERSION", help="one or more versions; without: which there are")
    recall.add_argument("--data", type=Path, help="folder of a demonstration (else as the settings say)")
    recall.add_argument("--scan", action="store_true", help="make the list again from all facts, and compare")
    recall.add_argument("--conversations", action="store_true", help="name each conversation as well")
    recall.add_argument("--json", action="store_true", help="the same as JSON")
    recall.set_defaults(run=_recall)


def _recall(chosen: argparse.Namespace) -> int:
    """``gehoor knowledge recall``. Returns 1 when the list is not what the facts say."""
    from gehoor.cli.recall import recall

    return recall(chosen)


def _add_check(actions: Commands) -> None:
    check = actions.add_parser(
        "check",
        help="what is stale, contradictory, hard or gone in the articles",
        description=_CHECK,
        epilog=f"example: {_CHECK_EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument("--knowledge", type=Path, default=DEMO / "knowledge", metavar="DIR", help="folder with articles")
    check.add_argument("--faults", action="store_true", help="leave the advice out")
    check.add_argument("--online", action="store_true", help="ask the websites that articles name as well")
    check.add_argument("--private", action="store_true", help="with --online: also those in our own network")
    check.add_argument("--day", default="", help="as if it were this day (2027-03-01)")
    check.add_argument("--language", choices=("nl", "en"), default="nl", help="language of the warnings (nl)")
    check.add_argument("--json", action="store_true", help="the warnings as JSON")
    check.set_defaults(run=_check)


def _today() -> datetime:
    return datetime.now(ZoneInfo("Europe/Amsterdam"))


def _import(chosen: argparse.Namespace) -> int:
    """``gehoor knowledge import``. Returns 1 when something could not be read."""
    from gehoor.adapters.articles.intake.importing import NOBODY, Wanted, import_files

    if chosen.language and not (len(chosen.language) == 2 and chosen.language.isascii() and chosen.language.islower()):
        raise Invalid("A language has two letters, such as nl.", field="--language")
    wanted = Wanted(_today().date(), chosen.owner.strip() or NOBODY, chosen.language, chosen.over)
    report = import_files(chosen.paths, chosen.into, wanted, _told)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(json.dumps(_as_json(report, chosen.into), ensure_ascii=False, indent=2) if chosen.json else _said(report))
    return 1 if report.unread else 0


def _check(chosen: argparse.Namespace) -> int:
    """``gehoor knowledge check``. Returns 1 when a customer may be told something that is not so."""
    from gehoor.cli.knowledge_check import run_check

    try:
        today = date.fromisoformat(chosen.day) if chosen.day else _today().date()
    except ValueError as fault:
        raise Invalid("--day must be a day, such as 2027-03-01.", field="--day") from fault
    return run_check(
        chosen.knowledge,
        today,
        sys.stdout,
        faults=chosen.faults,
        online=chosen.online,
        private=chosen.private,
        language=chosen.language,
        as_json=chosen.json,
        told=_told,
    )


def _told(done: int, every: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {every:,}", end="", file=sys.stderr, flush=True)


def _said(report: Report) -> str:
    lines = []
    for one in report.articles:
        place = f", {one.place}" if one.place else ""
        if one.written:
            lines.append(f"{one.article.language}/{one.article.slug}: from {one.file}{place}")
            lines += [f"  look: {note}" for note in one.notes]
    for gone in report.unread:
        lines.append(f"not read: {gone.file}{', ' if gone.place else ''}{gone.place}: {gone.why}")
    written = sum(one.written for one in report.articles)
    looked = sum(one.written and bool(one.notes) for one in report.articles)
    lines.append(
        f"{written} drafts written, {looked} of them with something to look at; "
        f"{len(report.articles) - written} sources did not change; {len(report.unread)} could not be read."
    )
    return "\n".join(lines)


def _as_json(report: Report, into: Path) -> dict[str, object]:
    return {
        "articles": [
            {
                "file": one.file,
                "place": one.place,
                "slug": one.article.slug,
                "language": one.article.language,
                "draft": one.path.relative_to(into).as_posix(),
                "written": one.written,
                "notes": list(one.notes),
            }
            for one in report.articles
        ],
        "unread": [{"file": one.file, "place": one.place, "why": one.why} for one in report.unread],
    }
