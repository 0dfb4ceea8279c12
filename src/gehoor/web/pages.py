"""Pages: the full page (complete without JavaScript), the demo's start, articles, the customer's own copy."""

from __future__ import annotations

import re
import uuid
from datetime import date
from functools import partial
from typing import Any, Final

from markdown_it import MarkdownIt
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.model import Audience, Channel
from gehoor.core.errors import GehoorError, Invalid, NotAllowed, Unknown
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant, iso, local
from gehoor.flows import receive
from gehoor.flows.people import hashed
from gehoor.flows.read import read
from gehoor.ports.people import Access, Scope
from gehoor.web import auth, openapi, wire
from gehoor.web.context import Doors, form_of
from gehoor.web.delivery import Delivered
from gehoor.web.errors import STATUS, language_of, sentence_for
from gehoor.web.live import note_delivery, place_of
from gehoor.web.moments import moment
from gehoor.web.promises import Promises
from gehoor.web.returns import Returns
from gehoor.web.widget import Customer, disclosure, json_answer

# The answer is stored as it is sent, with addresses in brackets; on a page they can be links.
_AS_LINK: Final = re.compile(r"(?<!\])\((https://[^)\s]+)\)")
_FORMS: Final = ("message", "human", "withdraw", "feedback", "promise", "support")
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).disable("image")


class Pages:
    """The pages that a customer may open."""

    def __init__(self, doors: Doors, customer: Customer) -> None:
        self._doors = doors
        self._house = doors.house
        self._customer = customer
        self.promises = Promises(doors)
        self.returns = Returns(doors)

    def render(self, request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
        """A page with the contact data that every page carries."""
        language = str(context.setdefault("language", self.language(request)))
        context.setdefault("contact", self._customer.contact_now(language))
        page = self._doors.templates.get_template(template).render(**context)
        return HTMLResponse(page, status, {"Cache-Control": "no-store"})

    def language(self, request: Request) -> str:
        policy = self._house.policy
        wanted = request.query_params.get("language")
        return policy.language(wanted) if wanted else language_of(request, policy)

    def error(self, request: Request, status: int, code: str) -> Response:
        """An error as a page, with the ways to a person."""
        language = self.language(request)
        title = sentence_for(self._house.policy, language, code)
        return self.render(request, "error.html", status, title=title, detail="")

    async def start(self, request: Request) -> Response:
        """GET /: the doors of a demonstration"""
        return self.render(request, "start.html", accounts=self._doors.demo_accounts)

    async def api(self, request: Request) -> Response:
        """GET /api/docs: the interface as a page"""
        return self.render(request, "api.html", document=openapi.document(), language="en")

    # -- the full page -----------------------------------------------------------------------------------------------

    async def chat(self, request: Request) -> Response:
        """GET /chat"""
        return await self._chat(request)

    async def _chat(self, request: Request, error: str = "", draft: str = "", status: int = 200) -> Response:
        access = await self._doors.doorkeeper.holder(request)
        view = await self._house.world.store.view(access.conversation) if access else None
        context: dict[str, Any] = {"started": view is not None, "error": error, "draft": draft, "events": []}
        seen = None
        language = self.language(request)
        if view is not None and access is not None:
            language = view.language
            shown = await read(self._house.world, view.id, Audience.CUSTOMER)
            context |= {"events": self._customer.as_events(shown, language, access), "last_seq": shown.last}
            context |= {"conversation_id": view.id, "return_code": auth.kept_code(request, view.id)}
            context["state"] = await place_of(self._house, view, self._doors.names, access)
            context["choices"] = await self.promises.offered(view, access)
            if self._customer.takes_note(view, access, shown):
                seen = partial(note_delivery, self._house, view.id, shown.last)
        context |= {
            "language": language,
            "disclosure": disclosure(self._house.policy, language),
            "form_token": self.form_token(request),
            "client_ids": {name: str(uuid.uuid4()) for name in _FORMS},
        }
        page = self.render(request, "chat.html", status, **context)
        return page if seen is None else Delivered(page, seen)

    def form_token(self, request: Request) -> str:
        """A token per conversation that only a page of ours can know: a keyed digest of the cookie."""
        held = auth.read_cookie(request, auth.VISITOR)
        return hashed(f"form:{held}").hex() if held else "start"

    async def form(self, request: Request) -> FormData:
        auth.refuse_other_sites(request)
        form = await form_of(request)
        if str(form.get("form_token", "")) != self.form_token(request):
            raise NotAllowed("This page is out of date. Load it again.")
        return form

    async def begin(self, request: Request) -> Response:
        """POST /chat/start"""
        form = await self.form(request)
        self._doors.crowd.check()
        self._doors.callers.starts(request)
        response = RedirectResponse("/chat#laatste", 303)
        await self._begin(request, response, str(form.get("language") or self.language(request)))
        return response

    async def _begin(self, request: Request, response: Response, language: str, first: bool = False) -> ConversationId:
        house = self._house
        begun = await receive.begin(house.world, house.recorder, house.policy, Channel.WEB, language, first)
        auth.set_cookie(request, response, auth.VISITOR, f"{begun.id}.{begun.token}")
        return begun.id

    async def leave(self, request: Request) -> Response:
        """POST /chat/new: this browser lets go of the conversation; it is not ended by that"""
        await self.form(request)
        response = RedirectResponse("/chat", 303)
        for name in (auth.VISITOR, auth.CODE):
            auth.drop_cookie(request, response, name)
        return response

    async def message(self, request: Request) -> Response:
        """POST /chat/message"""
        form, access = await self.form(request), await self.held(request)
        house, text, id = self._house, str(form.get("text", "")), access.conversation
        state = await house.recorder.state(id)
        try:
            self._doors.writes(request, id, text, state.record.language)
            given = client_id(form)
            outcome = await receive.message(
                house.world, house.recorder, house.policy, id, wire.client_id(given), text, state.record.language
            )
        except GehoorError as fault:
            return await self.refused(request, fault, text)
        await self._let_the_ai_finish(id, outcome.seq)
        return await self.on(request, access)

    async def on(self, request: Request, access: Access) -> Response:
        """On to the conversation; with the code to come back with, when a request has just come to stand."""
        response = RedirectResponse("/chat#laatste", 303)
        await self._with_code(request, response, access)
        return response

    async def _with_code(self, request: Request, response: Response, access: Access) -> None:
        view = await self._house.world.store.view(access.conversation)
        code = await self._customer.code_for(view, access, again=False) if view is not None else None
        if code is not None:
            auth.set_code(request, response, access.conversation, code)

    async def _let_the_ai_finish(self, id: ConversationId, seq: int) -> None:
        """Without JavaScript nobody fetches the answer later, so the page waits for it, if only for a moment."""
        await self._house.outbox.finished(id, seq, patience_s=2.5)

    async def human(self, request: Request) -> Response:
        """POST /chat/human"""
        form, access = await self.form(request), await self._doors.doorkeeper.holder(request)
        response = RedirectResponse("/chat#laatste", 303)
        if access is None:  # one action, also from the page before the conversation
            id = await self._begin(request, response, self.language(request), first=True)
            access = Access(b"", id, Scope.WORDS, 0, auth.FOR_EVER)
        preference = str(form.get("preference") or "") or None
        given = {"client_id": str(client_id(form)), "preference": preference}
        given |= {kind: str(form.get(kind) or "") for kind in ("phone", "email")}
        await self._customer.ask_for_human(access, wire.decode(wire.encode(given), wire.AskHuman))
        await self._with_code(request, response, access)
        return response

    async def withdraw(self, request: Request) -> Response:
        """POST /chat/withdraw"""
        form, access = await self.form(request), await self.held(request)
        try:
            await receive.withdraw(self._house.recorder, access.conversation, wire.client_id(client_id(form)))
        except GehoorError as fault:
            return await self.refused(request, fault, "")
        return RedirectResponse("/chat#laatste", 303)

    async def support(self, request: Request) -> Response:
        """POST /chat/support"""
        form, access = await self.form(request), await self.held(request)
        given = {"client_id": str(client_id(form)), "offer": str(form.get("offer", ""))}
        given |= {"language": language} if (language := str(form.get("language") or "")) else {}
        try:
            shape = wire.decode(wire.encode(given), wire.Support)
            answer, _ = await self._customer.choose_support(request, access, shape)
        except GehoorError as fault:
            return await self.refused(request, fault, "")
        response = RedirectResponse("/chat#laatste", 303)
        auth.keep_code(request, response, access.conversation, answer.get("return_code"))
        return response

    async def feedback(self, request: Request) -> Response:
        """POST /chat/feedback"""
        form, access = await self.form(request), await self.held(request)
        self._doors.callers.writes(request, access.conversation)
        helped = str(form.get("helped", "")).lower() in ("true", "1", "ja", "yes")
        given = c.GiveFeedback(wire.client_id(client_id(form)), helped)
        await receive.feedback(self._house.world, self._house.recorder, access.conversation, given)
        return RedirectResponse("/chat#laatste", 303)

    async def held(self, request: Request) -> Access:
        access = await self._doors.doorkeeper.holder(request)
        if access is None:
            raise Unknown("This browser holds no conversation. Start one.")
        return access

    async def refused(self, request: Request, fault: GehoorError, draft: str, told: str = "") -> Response:
        """What cannot be done is said above the form, and what was written stays in it."""
        return await self._chat(request, told or self._sentence(request, fault), draft, STATUS[fault.code])

    def _sentence(self, request: Request, fault: GehoorError) -> str:
        return sentence_for(self._house.policy, self.language(request), fault.code)

    # -- articles and copies -----------------------------------------------------------------------------------------

    async def article(self, request: Request) -> Response:
        """GET /kennis/{slug}: the whole approved text behind an answer"""
        wanted = request.path_params.get("language")
        language = self._house.policy.language(wanted) if wanted else self.language(request)
        article = self._doors.library().find(str(request.path_params["slug"]), language)
        if article is None or not article.for_customers or not article.in_force(self._today()):
            return self.error(request, 404, "unknown")
        sections = [
            {"title": one.heading, "body": _MARKDOWN.render(_AS_LINK.sub(r"(<\1>)", one.text))}
            for one in article.passages
        ]
        shown = {"title": article.title, "version": article.version, "sections": sections}
        shown |= {"valid_from": article.valid_from.isoformat(), "owner": article.owner}
        return self.render(request, "article.html", article=shown, language=article.language)

    def _today(self) -> date:
        return self._local(self._house.world.clock.now())

    def _local(self, at: Instant) -> date:
        return local(at, self._house.policy.hours.zone).date()

    async def export(self, request: Request) -> Response:
        """GET /conversations/{id}/export: the customer's own copy, with its place in the evidence (HUM-8)"""
        id = (await self._doors.doorkeeper.owner(request)).conversation
        self._doors.callers.reads(request, id)
        form = request.query_params.get("format", "json")
        if form not in ("json", "html", "text"):
            raise Invalid("The format is json, html or text.", field="format")
        view, seen = await self._doors.view(id), await read(self._house.world, id, Audience.CUSTOMER)
        teller = self._doors.teller(view.language)
        events = [teller.event(line, text, Audience.CUSTOMER) for line, text in seen.lines]
        _with_whole_links(events, str(request.base_url).rstrip("/"))
        receipt = {"position": seen.position, "hash": seen.head.hex()}
        now = iso(self._house.world.clock.now())
        name = {"Content-Disposition": f'attachment; filename="gesprek-{id}.{"txt" if form == "text" else form}"'}
        if form == "json":
            told = {"conversation": id, "channel": view.channel, "exported_at": now}
            copy = json_answer(told | {"events": events, "receipt": receipt})
            copy.headers.update(name)
            return copy
        about = {"id": id, "reference": view.reference}
        context: dict[str, Any] = {"events": events, "receipt": receipt, "exported_at": now, "conversation": about}
        if form == "text":
            return PlainTextResponse(self._as_text(events, receipt, now, view.language), headers=name)
        page = self.render(request, "export.html", language=view.language, **context)
        page.headers.update(name)
        return page

    def _as_text(self, events: list[dict[str, Any]], receipt: dict[str, Any], now: str, language: str) -> str:
        """A conversation as plain text: time, author in words, what was said, sources, and the receipt."""
        lines: list[str] = []
        for told in events:
            if told.get("text"):
                # Further lines of one message are set in, so that no message can pass for another one.
                words, who = told["text"].replace("\n", "\n    "), self._author(told["author"], language)
                lines.append(f"[{moment(told['at'], language)}] {who}: {words}")
                lines += [
                    f"    {source['title']}{_since(source)}: {source['url']}" for source in told.get("sources", [])
                ]
        return "\n".join((*lines, "", f"{now}  {receipt['position']}  {receipt['hash']}", ""))

    def _author(self, author: dict[str, str], language: str) -> str:
        if author["kind"] != "human":
            return author["name"]
        return self._house.policy.wording.say("author_human", language, name=author["name"]).text


def _since(source: dict[str, str]) -> str:
    return f" ({source['date']})" if "date" in source else ""


def _with_whole_links(events: list[dict[str, Any]], base: str) -> None:
    """A saved file has no address of its own, so that its links need ours."""
    for told in events:
        for source in (*told.get("sources", []), *told.get("suggestions", []), *told.get("also", [])):
            source["url"] = base + source["url"]


def client_id(form: FormData) -> uuid.UUID:
    try:
        return uuid.UUID(str(form.get("client_id", "")))
    except ValueError:
        raise Invalid("This must be a UUID.", field="client_id") from None
