"""What a supervisor may change: the policy of the organisation."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.errors import PolicyFault
from gehoor.core.time import iso
from gehoor.flows.policy import Change, Found
from gehoor.ports.people import Staff
from gehoor.web import wire
from gehoor.web.context import Doors, body_of
from gehoor.web.errors import POLICY_DATA
from gehoor.web.readable import refuse_who_does_not_supervise
from gehoor.web.widget import json_answer

_MOST_VERSIONS = 50


class Supervisor:
    """The supervisor's calls about the policy."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house

    async def policy(self, request: Request) -> Response:
        """GET /staff/policy: the document in force, and what is wrong with it today"""
        await self._supervisor(request)
        book = self._house.policies
        found, kept = await book.standing(), book.kept
        answer = _found(found) | {
            "version": kept.version,
            "document": kept.document,
            "source": kept.source,
            "since": iso(kept.at),
            "who": self._name(kept.who),
            "reduced": self._house.policy.reduced,
            "refused": None if book.trouble is None else _fault(book.trouble),
        }
        return json_answer(answer)

    async def change(self, request: Request) -> Response:
        """PUT /staff/policy: another document, by whoever saw the version that is in force"""
        staff = await self._supervisor(request)
        shape = wire.decode(await body_of(request), wire.ChangePolicy)
        found = await self._house.policies.change(shape.document, shape.version, staff.id)
        return json_answer(_found(found) | {"version": self._house.policies.kept.version})

    async def check(self, request: Request) -> Response:
        """POST /staff/policy/check: everything that would be wrong with a document; nothing changes"""
        await self._supervisor(request)
        shape = wire.decode(await body_of(request), wire.CheckPolicy)
        return json_answer(_found(await self._house.policies.dry_run(shape.document)))

    async def history(self, request: Request) -> Response:
        """GET /staff/policy/history: the newest versions, who changed what and when"""
        await self._supervisor(request)
        changes = await self._house.policies.history()
        return json_answer({"versions": [self._version(one) for one in changes[:_MOST_VERSIONS]]})

    async def _supervisor(self, request: Request) -> Staff:
        staff, _ = await self._doors.doorkeeper.staff(request)
        refuse_who_does_not_supervise(self._house.policy, staff)
        return staff

    def _version(self, change: Change) -> dict[str, Any]:
        kept = change.kept
        return {
            "version": kept.version,
            "at": iso(kept.at),
            "who": self._name(kept.who),
            "source": kept.source,
            "document": kept.document,
            "diff": list(change.lines),
        }

    def _name(self, staff: str) -> str:
        return self._doors.names.get(staff, staff)


def _found(found: Found) -> dict[str, Any]:
    return {
        "faults": [_fault(one) for one in found.faults],
        "warnings": [_fault(one) for one in found.warnings],
    }


def _fault(fault: PolicyFault) -> dict[str, Any]:
    told = {key: value for key, value in fault.data.items() if key in POLICY_DATA}
    return {"problem": fault.sentence} | told
