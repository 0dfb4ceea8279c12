"""Whether customers may be sent here, and what is wrong: for a proxy, a watch and whoever runs the server.

``/health`` says that the process lives, and nothing else: who would start it again because the database is away helps
nobody. ``/health/ready`` looks.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from gehoor.flows.health import Health, State
from gehoor.web.widget import json_answer


class Readiness:
    """The call."""

    def __init__(self, health: Health) -> None:
        self._health = health

    async def ready(self, _request: Request) -> Response:
        """GET /health/ready: 200 when customers may be sent here, else 503; with what is wrong and what to do."""
        report = await self._health.report()
        told = [
            {"check": one.check, "status": one.state.value, "what": one.what, "do": one.do} for one in report.findings
        ]
        status = 503 if report.state is State.NOT_READY else 200
        return json_answer({"status": report.state.value, "findings": told}, status)
