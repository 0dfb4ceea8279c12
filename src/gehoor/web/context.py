"""What every door of the web needs, made once at the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from jinja2 import Environment
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import Invalid, TooLarge, TooOften, Unknown
from gehoor.core.guarantee.heard import asks_for_a_person
from gehoor.core.ids import ConversationId
from gehoor.core.knowledge.article import Library
from gehoor.core.text import clean
from gehoor.flows.house import House
from gehoor.flows.receive import listen
from gehoor.web.auth import Doorkeeper
from gehoor.web.callers import Callers
from gehoor.web.crowd import Crowd
from gehoor.web.wire import Teller

MOST_BODY = 64 * 1024


@dataclass(slots=True)
class Doors:
    """The house, the articles in force, and what the pages are made with. ``probe_secret``: what the house knows its
    own probe by; empty: there is none."""

    house: House
    doorkeeper: Doorkeeper
    callers: Callers
    library: Callable[[], Library]
    templates: Environment
    demo_accounts: tuple[dict[str, str], ...] = ()
    probe_secret: str = ""
    crowd: Crowd = field(default_factory=Crowd)
    names: dict[str, str] = field(default_factory=dict)
    _tellers: dict[str, Teller] = field(default_factory=dict)

    async def start(self) -> None:
        """Learns the display names of staff."""
        for one in await self.house.world.people.staff():
            self.names[one.id] = one.name

    async def view(self, id: ConversationId) -> ConversationView:
        """The stored view of a conversation.

        Raises:
            Unknown: there is no such conversation.
        """
        view = await self.house.world.store.view(id)
        if view is None:
            raise Unknown(conversation=id)
        return view

    def writes(self, request: Request, id: ConversationId, text: str, language: str) -> None:
        """A customer writes; words that ask for a person are never too many.

        Raises:
            TooOften: too much in this conversation.
        """
        try:
            self.callers.writes(request, id)
        except TooOften:
            if not asks_for_a_person(listen(self.house.world, self.house.policy, clean(text), language).heard):
                raise

    def teller(self, language: str) -> Teller:
        """Makes events in a language."""
        known = self._tellers.get(language)
        if known is None or known.policy is not self.house.policy:
            known = self._tellers[language] = Teller(self.house.policy, self.names, language)
        return known


async def body_of(request: Request) -> bytes:
    """The body, refused before it is in memory when it is too large to be anything we know.

    Raises:
        TooLarge: larger than 64 kB, by what it says or by what came so far.
    """
    declared = request.headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()) or len(declared) > 12 or int(declared) > MOST_BODY:
        raise TooLarge("The body is larger than 64 kB.", field="body", longest=MOST_BODY)
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece = message.get("body", b"")
        size += len(piece)
        if size > MOST_BODY:
            raise TooLarge("The body is larger than 64 kB.", field="body", longest=MOST_BODY)
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


async def form_of(request: Request) -> FormData:
    """The form in the body, never with files.

    Raises:
        TooLarge: larger than 64 kB.
        Invalid: not a form.
    """
    body = await body_of(request)

    async def again() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        return await Request(request.scope, again).form(max_files=0, max_fields=20, max_part_size=MOST_BODY)
    except HTTPException:
        raise Invalid("The body is not a form that is known here.", field="body") from None


def whole_number(request: Request, name: str) -> int:
    """A query parameter that counts, 0 when absent.

    Raises:
        Invalid: names the parameter.
    """
    given = request.query_params.get(name, "0")
    if not given.isascii() or not given.isdigit() or len(given) > 12:
        raise Invalid("This must be a whole number, 0 or more.", field=name)
    return int(given)
