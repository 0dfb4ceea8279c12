"""What writers and supervisors may do with the knowledge, and what agents may read of it.

Every call that changes something answers with the topic as it is then. What is refused says why in plain Dutch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.errors import NotAllowed
from gehoor.core.knowledge.article import DEFAULT_LANGUAGE, EVERYTHING, ArticlePolicy, Computation
from gehoor.core.knowledge.ladder import Rung, Severity
from gehoor.core.knowledge.life import SUPERVISOR, WRITER, Topic
from gehoor.core.knowledge.proposal import How
from gehoor.flows.bot_turn import today
from gehoor.ports.people import Staff
from gehoor.ports.writing import Manuscript
from gehoor.web import wire
from gehoor.web import wire_knowledge as shapes
from gehoor.web.context import Doors, body_of
from gehoor.web.knowledge_told import (
    editions_of,
    happened_of,
    ladder_of,
    measured_of,
    missed_of,
    name_in,
    row_of,
    warned_of,
)
from gehoor.web.readable import restricted
from gehoor.web.widget import json_answer

_MOST_QUESTIONS: Final = 100


class Knowledge:
    """The calls about the knowledge."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house
        self._book = doors.house.knowledge
        self._room = doors.house.writers

    # -- reading -----------------------------------------------------------------------------------------------------

    async def topics(self, request: Request) -> Response:
        """GET /staff/knowledge: every topic, and how it stands"""
        staff = await self._staff(request)
        on, named, library = self._today(), name_in(self._doors.names), self._book.library
        counts = await self._room.counts()

        def work() -> list[dict[str, Any]]:
            return [
                row_of(one, library, on, named) | {"warnings": None if counts is None else counts[one.slug]}
                for one in self._book.topics()
            ]

        rows = await asyncio.to_thread(work)  # of 20,000 topics it takes a second, and customers go first
        told = {"topics": rows, "silenced": self._book.everything_silenced, "today": on.isoformat()}
        return json_answer(told | {"may": _may(staff)})

    async def topic(self, request: Request) -> Response:
        """GET /staff/knowledge/{slug}: one topic with its editions, its ladder and its history"""
        staff = await self._staff(request)
        return json_answer(await self._told(self._book.topic(_slug(request)), staff))

    async def _told(self, topic: Topic, staff: Staff) -> dict[str, Any]:
        on, named = self._today(), name_in(self._doors.names)
        history = await self._book.history(topic.slug)
        texts = self._house.policy.wording.sentences[DEFAULT_LANGUAGE]
        written = [one.article.language for one in topic.editions if one.is_open]
        measured = {language: measured_of(await self._room.measured(topic, language)) for language in written}
        return {
            **row_of(topic, self._book.library, on, named),
            "last": topic.last,
            "today": on.isoformat(),
            "topic_silenced": topic.silenced,
            "editions": editions_of(topic, on, named, self._book.writing.text),
            "ladder": ladder_of(topic, self._book.figures(topic.slug)),
            "warnings": [warned_of(one, texts) for one in await self._room.warnings(topic)],
            "effects": measured,
            "history": [happened_of(one, named) for one in history][::-1],
            "may": _may(staff) | {"propose": self._house.proposals.possible and _may(staff)["write"]},
        }

    # -- writing -----------------------------------------------------------------------------------------------------

    async def draft(self, request: Request) -> Response:
        """POST /staff/knowledge/{slug}/draft"""
        staff = await self._staff(request)
        shape = wire.decode(await body_of(request), shapes.Draft)
        read = ("seen", "new", "policy", "computes")
        given = {name: getattr(shape, name) for name in shape.__struct_fields__ if name not in read}
        given["computes"] = None if shape.computes is None else Computation(shape.computes)
        article = self._book.writing.read(Manuscript(_slug(request), policy=ArticlePolicy(shape.policy), **given))
        return await self._done(self._book.draft(article, shape.seen, staff, is_new=shape.new), staff)

    async def propose(self, request: Request) -> Response:
        """POST /staff/knowledge/{slug}/propose: a language model rewrites the text in force, as a draft of who asks"""
        staff = await self._staff(request)
        one = wire.decode(await body_of(request), shapes.Propose)
        how = How(one.how)
        made = await self._house.proposals.propose(_slug(request), one.language, how, one.to, one.seen, staff)
        told = await self._told(made.topic, staff)
        looked_at = [{"what": each.what.value, "value": each.value} for each in made.differences]
        return json_answer(told | {"proposed": {"language": one.to, "differences": looked_at}})

    async def submit(self, request: Request) -> Response:
        """POST /staff/knowledge/{slug}/submit"""
        staff = await self._staff(request)
        shape = wire.decode(await body_of(request), shapes.Submit)
        return await self._done(self._book.submit(_slug(request), shape.language, shape.seen, staff), staff)

    async def send_back(self, request: Request) -> Response:
        """POST /staff/knowledge/{slug}/send-back"""
        staff = await self._staff(request)
        shape = wire.decode(await body_of(request), shapes.SendBack)
        done = self._book.send_back(_slug(request), shape.language, shape.why, shape.seen, staff)
        return await self._done(done, staff)

    async def approve(self, request: Request) -> Response:
        """POST /staff/knowledge/{slug}/approve"""
        staff = await self._staff(request)
        shape = wire.decode(await body_of(request), shapes.Approve)
        done = self._room.approve(_slug(request), shape.language, shape.seen, staff, shape.why)
        return await self._done(done, staff)

    async def withdraw(self, request: Request) -> Response:
        """POST /staff/knowledge/{slug}/withdraw"""
        staff = await self._staff(request)
        one = wire.decode(await body_of(request), shapes.Withdraw)
        harm = None if one.harm is None else Severity(one.harm)
        done = self._book.withdraw(_slug(request), one.language, one.number, one.why, staff, wrong=one.wrong, harm=harm)
        return await self._done(done, staff)

    async def effect(self, request: Request) -> Response:
        """POST /staff/knowledge/{slug}/effect: begins to measure; the topic says how it stands"""
        staff = await self._staff(request)
        shape = wire.decode(await body_of(request), shapes.Measure)
        if not _may(staff)["write"]:
            raise NotAllowed("Dit is voor schrijvers en leidinggevenden.")
        topic = self._book.topic(_slug(request))
        await self._room.measure(topic, shape.language, staff)
        return json_answer(await self._told(topic, staff))

    async def unanswered(self, request: Request) -> Response:
        """GET /staff/unanswered: what customers asked that was not answered; ?topic= of one topic"""
        staff = await self._staff(request)
        if not _may(staff)["write"]:
            raise NotAllowed("Dit is voor schrijvers en leidinggevenden.")
        topic = request.query_params.get("topic", "")
        found = [one for one in await self._room.unanswered(staff.id) if not topic or topic in one.topics]
        return json_answer({"questions": [missed_of(one) for one in found[:_MOST_QUESTIONS]]})

    # -- the switch and the ladder -----------------------------------------------------------------------------------

    async def switch_all(self, request: Request) -> Response:
        """POST /staff/knowledge/switch"""
        staff = await self._staff(request)
        shape = wire.decode(await body_of(request), shapes.Switch)
        await self._book.switch(EVERYTHING, shape.silenced, shape.why, staff)
        return json_answer({"silenced": self._book.everything_silenced})

    async def switch(self, request: Request) -> Response:
        """POST /staff/knowledge/{slug}/switch"""
        staff, slug = await self._staff(request), _slug(request)
        shape = wire.decode(await body_of(request), shapes.Switch)
        await self._book.switch(slug, shape.silenced, shape.why, staff)
        return json_answer(await self._told(self._book.topic(slug), staff))

    async def up(self, request: Request) -> Response:
        """POST /staff/knowledge/{slug}/up: one rung up, if the figures speak for it"""
        staff = await self._staff(request)
        return await self._done(self._book.climb(_slug(request), staff), staff)

    async def down(self, request: Request) -> Response:
        """POST /staff/knowledge/{slug}/down"""
        staff = await self._staff(request)
        shape = wire.decode(await body_of(request), shapes.StepDown)
        to = None if shape.to is None else Rung(shape.to)
        return await self._done(self._book.step_down(_slug(request), shape.why, staff, to), staff)

    async def severity(self, request: Request) -> Response:
        """POST /staff/knowledge/{slug}/severity"""
        staff = await self._staff(request)
        shape = wire.decode(await body_of(request), shapes.Weigh)
        return await self._done(self._book.weigh(_slug(request), Severity(shape.severity), staff), staff)

    # -- shared ------------------------------------------------------------------------------------------------------

    async def _done(self, doing: Awaitable[Topic], staff: Staff) -> Response:
        return json_answer(await self._told(await doing, staff))

    async def _staff(self, request: Request) -> Staff:
        staff, _ = await self._doors.doorkeeper.staff(request)
        if restricted(self._house.policy, staff):
            raise NotAllowed("De kennis is van de organisatie zelf.")
        return staff

    def _today(self) -> date:
        return today(self._house.world, self._house.policy)


def _slug(request: Request) -> str:
    return str(request.path_params["slug"])


def _may(staff: Staff) -> dict[str, bool]:
    return {"write": staff.role in (WRITER, SUPERVISOR), "supervise": staff.role == SUPERVISOR}
