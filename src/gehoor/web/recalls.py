"""Recalls at the desk: what was wrong, who was given it, the correction to approve, and how far it is.

Nothing of a customer is told but the short code of their conversation, the day, and in which way they can be reached.
"""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.errors import Invalid, NotAllowed
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.recall import Came, Wording
from gehoor.core.time import SECOND, Instant, iso
from gehoor.flows.correction import correction_text
from gehoor.flows.envelopes import spoken_code
from gehoor.flows.recall import Progress
from gehoor.flows.recall_lines import Recall
from gehoor.flows.recipients import Surveyed
from gehoor.ports.people import Staff
from gehoor.web import wire
from gehoor.web import wire_recalls as shapes
from gehoor.web.context import Doors, body_of, whole_number
from gehoor.web.readable import sees_quality
from gehoor.web.widget import json_answer

_AT_ONCE: Final = 50
_OPEN: Final = (Came.TASK, Came.DUE, Came.UNDER_WAY, Came.NOT_REACHED, Came.KEPT, Came.SENT, Came.LEFT_OUT)
"""In this order recipients are shown: what somebody must do stands first."""


class Recalls:
    """The calls about recalls, for supervisors and writers."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house
        self._book = doors.house.recalls

    async def every(self, request: Request) -> Response:
        """GET /staff/recalls: every recall, newest first"""
        staff = await self._staff(request)
        return json_answer({"recalls": [self._told(one, staff) for one in self._book.every()]})

    async def one(self, request: Request) -> Response:
        """GET /staff/recalls/{recall}"""
        staff = await self._staff(request)
        return json_answer(self._told(self._book.one(_name(request)), staff))

    async def recipients(self, request: Request) -> Response:
        """GET /staff/recalls/{recall}/recipients?after=N: how far it is, and some of its recipients"""
        await self._staff(request)
        recall, begin = self._book.one(_name(request)), whole_number(request, "after")
        progress = await self._book.progress(recall.id)
        wanted = _wanted(request, progress)
        return json_answer(
            {
                "at": iso(progress.at),
                "total": len(progress.recipients),
                "came": progress.came,
                "ways": progress.ways,
                "shown": len(wanted),
                "recipients": [_recipient(one) for one in wanted[begin : begin + _AT_ONCE]],
            }
        )

    async def word(self, request: Request) -> Response:
        """POST /staff/recalls/{recall}/wording"""
        staff = await self._staff(request)
        shape = wire.decode(await body_of(request), shapes.WordRecall)
        wordings = [Wording(one.language, one.wrong, one.right) for one in shape.wordings]
        return json_answer(self._told(await self._book.word(_name(request), wordings, staff), staff))

    async def approve(self, request: Request) -> Response:
        """POST /staff/recalls/{recall}/approve"""
        staff = await self._staff(request)
        shape = wire.decode(await body_of(request), shapes.ApproveRecall)
        return json_answer(self._told(await self._book.approve(_name(request), shape.wording, staff), staff))

    async def looked(self, request: Request) -> Response:
        """POST /staff/recalls/{recall}/looked"""
        staff = await self._staff(request)
        shape = wire.decode(await body_of(request), shapes.LookedRecall)
        id = ConversationId(shape.conversation)
        return json_answer(self._told(await self._book.looked(_name(request), id, shape.reached, staff), staff))

    # -- shared ------------------------------------------------------------------------------------------------------

    async def _staff(self, request: Request) -> Staff:
        staff, _ = await self._doors.doorkeeper.staff(request)
        if not sees_quality(self._house.policy, staff):
            raise NotAllowed("Dit is voor schrijvers en leidinggevenden.")
        return staff

    def _told(self, one: Recall, staff: Staff) -> dict[str, Any]:
        opened, worded = one.opened, one.worded
        return {
            "id": one.id,
            "article": opened.article,
            "title": opened.title,
            "language": opened.language,
            "versions": list(opened.versions),
            "harm": opened.harm.value,
            "why": opened.why,
            "by": self._name(opened.by),
            "opened_at": iso(one.at),
            "listed": _listed(one),
            "wording": one.worded_in,
            "wordings": [] if worded is None else [_wording(each) for each in worded.wordings],
            "worded_by": "" if worded is None else self._name(worded.by),
            "previews": self._previews(one),
            "approved_by": "" if one.approved is None else self._name(one.approved.by),
            "approved_at": None if one.approved_at is None else iso(one.approved_at),
            "ended": one.ended is not None,
            "may_word": one.approved is None,
            "may_approve": one.approved is None and worded is not None and worded.by != staff.id,
        }

    def _previews(self, one: Recall) -> list[dict[str, str]]:
        """What a customer reads, word for word, for an answer of the day on which the recall was opened."""
        if one.worded is None:
            return []
        policy = self._house.policy
        languages = [each.language for each in one.worded.wordings]
        return [{"language": each, "text": correction_text(policy, one, each, one.at)[0]} for each in languages]

    def _name(self, staff: str) -> str:
        return self._doors.names.get(staff, staff)


def _name(request: Request) -> str:
    return str(request.path_params["recall"])


def _listed(one: Recall) -> dict[str, Any] | None:
    if one.listed is None or one.listed_at is None:
        return None
    return {
        "recipients": one.listed.recipients,
        "by": dict(one.listed.by_whom),
        "ways": dict(one.listed.ways),
        "at": iso(one.listed_at),
        "seconds": _seconds(one.at, one.listed_at),
        "digest": one.listed.digest,
    }


def _seconds(since: Instant, until: Instant) -> int:
    return max(until - since, 0) // SECOND


def _wording(one: Wording) -> dict[str, str]:
    return {"language": one.language, "wrong": one.wrong, "right": one.right}


def _wanted(request: Request, progress: Progress) -> list[Surveyed]:
    """The recipients that are asked for: all, or those of whom this came; what somebody must do first."""
    asked = request.query_params.get("came", "")
    if asked and asked not in {one.value for one in Came}:
        raise Invalid("There is no such outcome.", field="came")
    found = [one for one in progress.recipients if asked in ("", one.came.value)]
    return sorted(found, key=lambda one: _OPEN.index(one.came))


def _recipient(one: Surveyed) -> dict[str, Any]:
    """One recipient: nothing of who they are. ``look``: a person must look in the conversation who it was."""
    to = one.recipient
    look = one.came is Came.TASK and not one.heard.called and not to.reach.phone
    return {
        "conversation": to.id,
        "code": spoken_code(to.id),
        "at": iso(to.given.at),
        "by": to.given.by.value,
        "way": to.way.value,
        "came": one.came.value,
        "look": look,
    }
