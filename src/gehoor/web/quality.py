"""How good answers are: judging a sample of them, correcting one, and the figures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gehoor.core.errors import NotAllowed, Unknown
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.article import DEFAULT_LANGUAGE
from gehoor.core.knowledge.ladder import Verdict
from gehoor.core.knowledge.report import Report
from gehoor.core.time import Instant, iso
from gehoor.flows.grown import correct
from gehoor.flows.judging import Shown
from gehoor.ports.people import Staff
from gehoor.web import wire
from gehoor.web.context import Doors, body_of
from gehoor.web.quality_picture import in_words, picture
from gehoor.web.readable import readable, restricted, sees_quality
from gehoor.web.widget import json_answer

_FRESH: Final = {"Cache-Control": "no-store"}
_GROUPS: Final = ("reliability", "curve", "by_topic", "by_language", "by_kind")


class Quality:
    """The calls about the quality of answers."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._house = doors.house

    async def following(self, request: Request) -> Response:
        """GET /staff/judging: the next answer for this judge, without whose it is"""
        staff = await self._own_staff(request)
        return json_answer(self._case(await self._house.judging.next_for(staff.id)))

    async def judge(self, request: Request) -> Response:
        """POST /staff/judging: keeps the verdict and gives the next answer"""
        staff = await self._own_staff(request)
        shape = wire.decode(await body_of(request), wire.Judge)
        await self._house.judging.judge(shape.item, Verdict(shape.verdict), staff.id)
        return json_answer(self._case(await self._house.judging.next_for(staff.id)))

    async def correct(self, request: Request) -> Response:
        """POST .../corrections: an answer of the AI was not right, or it did not know; this topic was meant"""
        staff = await self._own_staff(request)
        id = ConversationId(str(request.path_params["id"]))
        shape = wire.decode(await body_of(request), wire.Correct)
        readable(self._house.policy, staff, await self._house.world.store.view(id))
        topics = self._doors.library().slugs
        await correct(self._house.world, id, shape.seq, shape.topic, topics, staff.id)
        return json_answer({"topic": shape.topic}, 201)

    async def topics(self, request: Request) -> Response:
        """GET /staff/quality/topics: every topic with its title, in alphabetical order of titles"""
        await self._own_staff(request)
        library = self._doors.library()
        found = [(slug, library.find(slug, DEFAULT_LANGUAGE)) for slug in library.slugs]
        named = [{"slug": slug, "title": slug if one is None else one.title} for slug, one in found]
        return json_answer({"topics": sorted(named, key=lambda one: one["title"].casefold())})

    async def quality(self, request: Request) -> Response:
        """GET /staff/quality: the live figures of the last half year, together and week by week"""
        await self._who_sees(request)
        book = self._house.judging
        weeks = [{"week": week, **asdict(one)} for week, one in await book.weeks()]
        return json_answer({"all": asdict(await book.quality()), "weeks": weeks})

    async def measured(self, request: Request) -> Response:
        """GET /staff/quality/measured: the last report, whether one is being made, and over how many questions"""
        await self._who_sees(request)
        measurements = self._house.measurements
        last = await measurements.last()
        answer: dict[str, Any] = {"busy": measurements.busy, "questions": len(await measurements.questions())}
        return json_answer(answer | {"last": None if last is None else self._report(last)})

    async def drawn(self, request: Request) -> Response:
        """GET /desk/kennis/metingen.svg: the last report as a picture"""
        await self._who_sees(request)
        last = await self._house.measurements.last()
        if last is None:
            raise Unknown("Er is nog niets gemeten.")
        return Response(picture(_read(last["report"]), "nl"), media_type="image/svg+xml", headers=_FRESH)

    async def measure(self, request: Request) -> Response:
        """POST /staff/quality/measured: begins a report on the knowledge in force"""
        staff = await self._who_sees(request)
        await self._house.measurements.begin(staff.id)
        return json_answer({"busy": True}, 202)

    # -- shared ------------------------------------------------------------------------------------------------------

    def _case(self, shown: Shown | None) -> dict[str, Any]:
        """What a judge sees. Nothing in it says who gave the answer, or what somebody else found."""
        if shown is None:
            return {"item": None, "left": 0}
        article = self._doors.library().exactly(shown.source.article, shown.source.version)
        passages = [] if article is None else [{"heading": one.heading, "text": one.text} for one in article.passages]
        source = {
            "article": shown.source.article,
            "title": shown.source.title,
            "url": "" if article is None else article.url_path,
            "passages": passages,
        }
        told = {"item": shown.item, "question": shown.question, "earlier": list(shown.earlier)}
        return told | {"answer": shown.answer, "source": source, "language": shown.language, "left": shown.left}

    def _report(self, last: dict[str, Any]) -> dict[str, Any]:
        report: dict[str, Any] = last["report"]
        rest = {name: last[name] for name in ("library", "questions")} | {"words": in_words(_read(report), "nl")}
        by = self._doors.names.get(last["by"], last["by"])
        same = last["library"] == self._doors.library().version
        return report | rest | {"by": by, "at": iso(Instant(last["at"])), "same_library": same}

    async def _own_staff(self, request: Request) -> Staff:
        """Who calls; a partner's people know nothing of other conversations.

        Raises:
            NotAllowed: they work for a partner.
        """
        staff, _ = await self._doors.doorkeeper.staff(request)
        if restricted(self._house.policy, staff):
            if "id" in request.path_params:
                raise Unknown("Er is geen gesprek met dit nummer.")
            raise NotAllowed("Dit is voor medewerkers van de organisatie.")
        return staff

    async def _who_sees(self, request: Request) -> Staff:
        staff, _ = await self._doors.doorkeeper.staff(request)
        if not sees_quality(self._house.policy, staff):
            raise NotAllowed("Dit is voor leidinggevenden en schrijvers.")
        return staff


def _read(report: dict[str, Any]) -> Report:
    """The report that was kept as plain data."""
    figures = {name: value for name, value in report.items() if name not in _GROUPS}
    return msgspec.convert({"figures": figures} | {name: report[name] for name in _GROUPS}, Report)
