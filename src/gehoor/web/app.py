"""The browsers' door: every route in one screenful."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from gehoor.core.errors import GehoorError
from gehoor.core.knowledge.article import Library
from gehoor.flows.health import Health
from gehoor.flows.house import House
from gehoor.flows.partner import HOOK, PAGE
from gehoor.settings import Settings
from gehoor.web import openapi
from gehoor.web.auth import Doorkeeper
from gehoor.web.callers import Callers
from gehoor.web.context import Doors
from gehoor.web.counted import Counted, Watcher
from gehoor.web.crowd import Crowd, Gate
from gehoor.web.desk import Desk
from gehoor.web.desk_lists import Lists
from gehoor.web.desk_live import Caller
from gehoor.web.desk_pages import DeskPages
from gehoor.web.errors import STATUS, Faults, answer_to, language_of
from gehoor.web.headers import Headers
from gehoor.web.hooks import Hooks
from gehoor.web.knowledge import Knowledge
from gehoor.web.lead import Lead
from gehoor.web.lookout import Lookout
from gehoor.web.moments import clock, moment
from gehoor.web.pages import Pages
from gehoor.web.quality import Quality
from gehoor.web.readiness import Readiness
from gehoor.web.recalls import Recalls
from gehoor.web.return_pages import ReturnPages
from gehoor.web.supervisor import Supervisor
from gehoor.web.ways import Application, Way
from gehoor.web.widget import Customer, json_answer

HERE: Final = Path(__file__).parent


def create_app(
    house: House,
    library: Callable[[], Library],
    demo_accounts: tuple[dict[str, str], ...] = (),
    demo_site: Path | None = None,
    start: Callable[[], Awaitable[None]] | None = None,
    stop: Callable[[], Awaitable[None]] | None = None,
    probe_secret: str = "",
    health: Health | None = None,
    watcher: Watcher | None = None,
    settings: Settings | None = None,
    crowd: Crowd | None = None,
) -> Starlette:
    """The web application over a house.

    Args:
        start, stop: what starts and stops the house with the application, on its own event loop.
        library: gives the articles in force.
        demo_accounts: shown on the sign-in page of a demonstration.
        demo_site: the folder of a demonstration's website.
        probe_secret: what the house knows its own probe by.
        settings: how much and how often; without them what is usual.
        crowd: what is in hand, and how much that may be; kept at ``app.state.crowd``.
        health: how well this server is; kept at ``app.state.health``, where who stops it says so.
        watcher: counts requests; None: nobody does.
    """
    callers = Callers(house.world.clock, settings or Settings())
    keeper, crowd = Doorkeeper(house.world, callers), crowd or Crowd()
    doors = Doors(house, keeper, callers, library, _templates(), demo_accounts, probe_secret, crowd)
    customer, desk = Customer(doors), Desk(doors)
    pages = Pages(doors, customer)
    routes = [*_api(customer, desk, pages), *_pages(pages, ReturnPages(doors, pages), DeskPages(doors, desk, pages))]
    health = health or Health(house)
    routes += [Way("/health/ready", Readiness(health).ready, methods=["GET"])]
    routes += [*_watching(Lookout(doors), Lead(doors)), *_partners(Hooks(doors, pages)), *_policy(Supervisor(doors))]
    routes += [*_knowledge(Knowledge(doors)), *_recalls(Recalls(doors))]
    routes += _quality(Quality(doors))
    if demo_site is not None:
        routes.append(Mount("/demo", StaticFiles(directory=demo_site, html=True)))
    routes.append(Mount("/static", StaticFiles(directory=HERE / "static")))
    answer = _answer(doors, pages)
    middleware = [
        Middleware(Headers, origins=lambda: house.policy.origins),
        Middleware(Gate, crowd=crowd, answer=answer),
        Middleware(Faults, answer=answer),
    ]
    if watcher is not None:
        middleware.insert(0, Middleware(Counted, watcher=watcher, routes=routes))
    app = Application(
        routes=routes,
        middleware=middleware,
        lifespan=_lifespan(doors, desk.lists, start, stop),
    )
    app.state.doors, app.state.health, app.state.crowd = doors, health, crowd
    return app


def _api(customer: Customer, desk: Desk, pages: Pages) -> list[BaseRoute]:
    promises, returns = pages.promises, pages.returns
    one, staff = "/api/v1/conversations/{id}", "/api/v1/staff/conversations/{id}"
    post, get = ["POST"], ["GET"]
    return [
        Way(one + "/messages", customer.message, methods=post),  # first: by far the most
        Way("/api/v1/contact", customer.contact, methods=get),
        Way("/api/v1/conversations", customer.start, methods=post),
        Way(one + "/human", customer.human, methods=post),
        Way(one + "/choices", promises.choices, methods=get),
        Way(one + "/promise", promises.promise, methods=post),
        Way(one + "/phone", promises.phone, methods=post),
        Way(one + "/return-code", returns.new_code, methods=post),
        Way(one + "/verify/send", returns.send_proof, methods=post),
        Way(one + "/verify", returns.verify, methods=post),
        Way("/api/v1/return", returns.come_back, methods=post),
        Way(one + "/withdraw", customer.withdraw, methods=post),
        Way(one + "/support", customer.support, methods=post),
        Way(one + "/feedback", customer.feedback, methods=post),
        Way(one + "/events", customer.events, methods=get),
        Way(one + "/stream", customer.stream, methods=get),
        Way(one + "/export", pages.export, methods=get),
        Way("/api/v1/staff/session", desk.sign_in, methods=post),
        Way("/api/v1/staff/session", desk.sign_out, methods=["DELETE"]),
        Way("/api/v1/staff/presence", desk.presence, methods=post),
        Way("/api/v1/staff/alive", desk.alive, methods=post),
        Way("/api/v1/staff/desk/stream", desk.stream, methods=get),
        Way(staff, desk.conversation, methods=get),
        Way(staff + "/events", desk.events, methods=get),
        Way(staff + "/accept", desk.accept, methods=post),
        Way(staff + "/decline", desk.decline, methods=post),
        Way(staff + "/messages", desk.message, methods=post),
        Way(staff + "/notes", desk.note, methods=post),
        Way(staff + "/transfer", desk.transfer, methods=post),
        Way(staff + "/call", desk.call, methods=post),
        Way(staff + "/hand-back", desk.hand_back, methods=post),
        Way(staff + "/park", desk.park, methods=post),
        Way(staff + "/resolve", desk.resolve, methods=post),
        Way(staff + "/typing", desk.typing, methods=post),
        Way("/api/openapi.json", _openapi, methods=get),
    ]


def _pages(pages: Pages, returns: ReturnPages, desk: DeskPages) -> list[BaseRoute]:
    post, get = ["POST"], ["GET"]
    return [
        Way("/", pages.start, methods=get),
        Way("/chat", pages.chat, methods=get),
        Way("/chat/start", pages.begin, methods=post),
        Way("/chat/new", pages.leave, methods=post),
        Way("/chat/message", pages.message, methods=post),
        Way("/chat/human", pages.human, methods=post),
        Way("/chat/promise", returns.promise, methods=post),
        Way("/chat/code", returns.new_code, methods=post),
        Way("/chat/verify/send", returns.send_proof, methods=post),
        Way("/chat/verify", returns.verify, methods=post),
        Way("/terug", returns.back, methods=get),
        Way("/terug", returns.come_back, methods=post),
        Way("/chat/withdraw", pages.withdraw, methods=post),
        Way("/chat/support", pages.support, methods=post),
        Way("/chat/feedback", pages.feedback, methods=post),
        Way("/kennis/{slug}", pages.article, methods=get),
        Way("/kennis/{language}/{slug}", pages.article, methods=get),
        Way("/api/docs", pages.api, methods=get),
        Way("/desk", desk.desk, methods=get),
        Way("/desk/leiding", desk.lead, methods=get),
        Way("/desk/beleid", desk.policy, methods=get),
        Way("/desk/kennis", desk.knowledge, methods=get),
        Way("/desk/kennis/nieuw", desk.new_topic, methods=get),
        Way("/desk/kennis/onderwerp/{slug}", desk.topic, methods=get),
        Way("/desk/overdracht", desk.handover, methods=get),
        Way("/desk/terugroepen", desk.recalls, methods=get),
        Way("/desk/beoordelen", desk.judging, methods=get),
        Way("/desk/kennis/metingen", desk.measured, methods=get),
        Way("/desk/login", desk.login, methods=get),
        Way("/desk/login", desk.sign_in, methods=post),
        Way("/widget.js", _widget, methods=get),
        Way("/health", _health, methods=get),
    ]


def _watching(lookout: Lookout, lead: Lead) -> list[BaseRoute]:
    return [
        Way("/api/v1/staff/lead", lead.lead, methods=["GET"]),
        Way("/api/v1/staff/alarms", lookout.alarms, methods=["GET"]),
        Way("/api/v1/staff/handover", lookout.handover, methods=["GET"]),
    ]


def _partners(hooks: Hooks) -> list[BaseRoute]:
    return [
        Way(HOOK + "{token}", hooks.answer, methods=["POST"]),
        Way(PAGE + "{token}", hooks.page, methods=["GET"]),
        Way(PAGE + "{token}", hooks.press, methods=["POST"]),
    ]


def _policy(supervisor: Supervisor) -> list[BaseRoute]:
    path = "/api/v1/staff/policy"
    return [
        Way(path, supervisor.policy, methods=["GET"]),
        Way(path, supervisor.change, methods=["PUT"]),
        Way(path + "/check", supervisor.check, methods=["POST"]),
        Way(path + "/history", supervisor.history, methods=["GET"]),
    ]


def _knowledge(knowledge: Knowledge) -> list[BaseRoute]:
    path = "/api/v1/staff/knowledge"
    one, post = path + "/{slug}", ["POST"]
    return [
        Way(path, knowledge.topics, methods=["GET"]),
        Way(path + "/switch", knowledge.switch_all, methods=post),
        Way(one, knowledge.topic, methods=["GET"]),
        Way(one + "/draft", knowledge.draft, methods=post),
        Way(one + "/propose", knowledge.propose, methods=post),
        Way(one + "/submit", knowledge.submit, methods=post),
        Way(one + "/send-back", knowledge.send_back, methods=post),
        Way(one + "/approve", knowledge.approve, methods=post),
        Way(one + "/withdraw", knowledge.withdraw, methods=post),
        Way(one + "/switch", knowledge.switch, methods=post),
        Way(one + "/up", knowledge.up, methods=post),
        Way(one + "/down", knowledge.down, methods=post),
        Way(one + "/severity", knowledge.severity, methods=post),
        Way(one + "/effect", knowledge.effect, methods=post),
        Way("/api/v1/staff/unanswered", knowledge.unanswered, methods=["GET"]),
    ]


def _recalls(recalls: Recalls) -> list[BaseRoute]:
    path = "/api/v1/staff/recalls"
    one, get, post = path + "/{recall}", ["GET"], ["POST"]
    return [
        Way(path, recalls.every, methods=get),
        Way(one, recalls.one, methods=get),
        Way(one + "/recipients", recalls.recipients, methods=get),
        Way(one + "/wording", recalls.word, methods=post),
        Way(one + "/approve", recalls.approve, methods=post),
        Way(one + "/looked", recalls.looked, methods=post),
    ]


def _quality(quality: Quality) -> list[BaseRoute]:
    path = "/api/v1/staff/quality"
    return [
        Way("/api/v1/staff/conversations/{id}/corrections", quality.correct, methods=["POST"]),
        Way("/api/v1/staff/judging", quality.following, methods=["GET"]),
        Way("/api/v1/staff/judging", quality.judge, methods=["POST"]),
        Way(path, quality.quality, methods=["GET"]),
        Way(path + "/topics", quality.topics, methods=["GET"]),
        Way(path + "/measured", quality.measured, methods=["GET"]),
        Way(path + "/measured", quality.measure, methods=["POST"]),
        Way("/desk/kennis/metingen.svg", quality.drawn, methods=["GET"]),
    ]


async def _openapi(_request: Request) -> Response:
    return json_answer(openapi.document())


async def _widget(_request: Request) -> Response:
    return FileResponse(HERE / "static" / "widget.js", media_type="text/javascript", headers=_FRESH)


async def _health(_request: Request) -> Response:
    return json_answer({"status": "ok"})


_FRESH: Final = {"Cache-Control": "no-cache"}


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = moment
    environment.filters["clock"] = clock
    return environment


def _answer(doors: Doors, pages: Pages) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, fault: Exception) -> Response:
        policy = doors.house.policy
        told = answer_to(fault, policy, language_of(request, policy))
        if request.url.path.startswith("/api/"):
            return told
        code = fault.code if isinstance(fault, GehoorError) else "unknown" if told.status_code == 404 else "error"
        page = pages.error(request, STATUS.get(code, told.status_code), code)
        page.headers.update({name: told.headers[name] for name in ("allow", "retry-after") if name in told.headers})
        return page

    return answer


def _lifespan(
    doors: Doors, lists: Lists, start: Callable[[], Awaitable[None]] | None, stop: Callable[[], Awaitable[None]] | None
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        if start is not None:
            await start()
        await doors.start()
        caller = asyncio.get_running_loop().create_task(Caller(doors.house, lists).run())
        try:
            yield
        finally:
            caller.cancel()
            if stop is not None:
                await stop()

    return lifespan
