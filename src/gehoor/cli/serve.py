"""``gehoor serve`` and ``gehoor demo``: web, outbox and tick in one process."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path

import structlog

from gehoor.adapters.system import give_back_large_blocks, raise_open_files
from gehoor.boot import Running, build, log_as_told
from gehoor.cli.processes import Place
from gehoor.core.errors import GehoorError
from gehoor.flows.faults import described
from gehoor.settings import DEMO, Settings
from gehoor.web.app import create_app
from gehoor.web.crowd import crowd_of
from gehoor.web.server import Server, room_for

_LOG = structlog.get_logger()
_ENDING = threading.Event()

FAILED = 70
LAST_ANSWERS_S = 1.0
"""How long answers may take to go out after the store was found broken: that nothing is kept, and who to call."""


def serve(settings: Settings, place: str = "") -> int:
    """Runs until it is told to stop. Returns the exit status.

    Args:
        place: what a parent gave to this process (processes.py); empty: there is none.
    """
    give_back_large_blocks()  # before anything large is loaded
    given = Place.of(place) if place else None
    log_as_told(settings, given.number if given is not None else 0)
    try:
        running = build(settings, _end)
    except GehoorError as fault:
        named = f" ({fault.data['field']})" if "field" in fault.data else ""
        print(f"gehoor cannot start: {fault.sentence}{named}", file=sys.stderr)
        return 1
    accounts = _demo_accounts(running) if settings.demo else ()
    site = DEMO / "site" if settings.demo else None
    room = _room(settings)

    async def start() -> None:
        try:
            await running.start()
        except GehoorError as fault:
            print(f"gehoor cannot start: {fault.sentence}", file=sys.stderr, flush=True)
            raise
        if given is not None:
            given.ready()

    app = create_app(
        running.house,
        lambda: running.library,
        accounts,
        site,
        start,
        running.stop,
        running.probe_secret,
        running.health,
        running.instruments,
        settings,
        crowd_of(settings, room),
    )
    server = Server(app, settings, room)
    server.run([given.listening] if given is not None else None)
    return 0 if server.started else 1


def _room(settings: Settings) -> int:
    """How many connections fit in the open files of this process; said aloud when it is fewer than was asked for."""
    files = raise_open_files()
    room = room_for(settings, files)
    if room < settings.most_connections:
        told = f"only {files} open files are allowed: {room} connections fit, of {settings.most_connections}"
        _LOG.warning("there is room for fewer connections than was asked for", open_files=files, connections=room)
        print(f"gehoor: {told} (GEHOOR_MOST_CONNECTIONS). Raise the limit: docs/limits.md.", file=sys.stderr)
    return room


def _end(fault: BaseException) -> None:
    """The store can no longer be trusted: nothing may be acknowledged after this."""
    if _ENDING.is_set():
        return
    _ENDING.set()
    told = fault.sentence if isinstance(fault, GehoorError) else described(fault)
    print(f"gehoor ends: it can no longer keep what it is told ({told}).", file=sys.stderr, flush=True)
    threading.Timer(LAST_ANSWERS_S, os._exit, (FAILED,)).start()  # on a thread: nothing can hold it up


def _demo_accounts(running: Running) -> tuple[dict[str, str], ...]:
    return tuple(
        {"login": one.login, "password": one.password, "name": one.shown, "role": one.role}
        for one in running.organisation.staff
    )


def demo(port: int, data: Path, empty: bool) -> int:
    """The whole product with the demo organisation, on this machine."""
    if empty and data.exists():
        shutil.rmtree(data)
    settings = Settings(port=port, data=data / "store", keys=data / "keys", demo=True, log="text")
    print(_welcome(port), flush=True)
    return serve(settings)


def _welcome(port: int) -> str:
    here = f"http://localhost:{port}"
    return "\n".join(
        (
            "",
            "  Gehoor, met de demo-organisatie Woonstichting Voorbeeldstad",
            "",
            f"  Alles op een pagina      {here}/",
            f"  Website met de widget    {here}/demo/",
            f"  Gesprek als hele pagina  {here}/chat",
            f"  Werkplek medewerkers     {here}/desk      agent1 / demo-agent1, agent2 / demo-agent2,",
            "                                                 teamleider / demo-teamleider",
            f"  Interface (OpenAPI)      {here}/api/docs",
            "",
            "  Stoppen: Ctrl+C. Het gesprek blijft bewaard en gaat verder als u opnieuw start.",
            "",
        )
    )
