"""``gehoor serve`` and ``gehoor demo``: web, outbox and tick in one process."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path

import uvicorn

from gehoor.boot import Running, build, log_as_told
from gehoor.core.errors import GehoorError
from gehoor.flows.faults import described
from gehoor.settings import DEMO, Settings
from gehoor.web.app import create_app

FAILED = 70


def serve(settings: Settings) -> int:
    """Runs until it is told to stop. Returns the exit status."""
    log_as_told(settings)
    try:
        running = build(settings, _end)
    except GehoorError as fault:
        named = f" ({fault.data['field']})" if "field" in fault.data else ""
        print(f"gehoor cannot start: {fault.sentence}{named}", file=sys.stderr)
        return 1
    accounts = _demo_accounts(running) if settings.demo else ()
    site = DEMO / "site" if settings.demo else None
    app = create_app(
        running.house,
        lambda: running.library,
        accounts,
        site,
        running.start,
        running.stop,
        running.probe_secret,
        running.health,
        running.instruments,
        settings,
    )
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_config=None,
        proxy_headers=True,
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=3,
        timeout_keep_alive=75,
        backlog=2048,
        server_header=False,
    )
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn has stopped in good order by then
        uvicorn.Server(config).run()
    return 0


def _end(fault: BaseException) -> None:
    """The store can no longer be trusted: nothing may be acknowledged after this."""
    told = fault.sentence if isinstance(fault, GehoorError) else described(fault)
    print(f"gehoor ends: it can no longer keep what it is told ({told}).", file=sys.stderr, flush=True)
    os._exit(FAILED)


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
