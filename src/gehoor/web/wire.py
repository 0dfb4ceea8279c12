"""The shapes on the wire (interfaces.md): what comes in is checked here, what goes out is made here.

Errors of form name the field. OpenAPI is generated from these same types (``openapi.py``).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Audience, Preference
from gehoor.core.conversation.transcript import AuthorKind, Line, sources
from gehoor.core.errors import Invalid
from gehoor.core.guarantee.heard import number_to_call
from gehoor.core.ids import ClientId
from gehoor.core.policy import Policy
from gehoor.core.time import instant, iso
from gehoor.flows.receive import Wish
from gehoor.ports.people import Scope

Shape = TypeVar("Shape")


Moment = Annotated[datetime, Meta(tz=True)]


class Message(Struct):
    """POST /conversations/{id}/messages"""

    client_id: uuid.UUID
    text: str


class AskHuman(Struct):
    """POST /conversations/{id}/human: one action; nothing but the id is required"""

    client_id: uuid.UUID
    preference: Literal["live", "callback", "email"] | None = None
    phone: str | None = None
    email: str | None = None
    window: Moment | None = None


class Start(Struct):
    """POST /conversations; with ``human`` it is opened to ask for a person, in the same call and past every limit"""

    language: str | None = None
    channel: Literal["web", "phone", "email", "desk", "letter", "visit", "other", "probe"] = "web"
    human: AskHuman | None = None


class Choose(Struct):
    """POST /conversations/{id}/promise: how, and in which window (its start, as /choices gives it)"""

    client_id: uuid.UUID
    preference: Literal["live", "callback", "email"]
    window: Moment | None = None
    phone: str | None = None
    email: str | None = None


class Phone(Struct):
    """POST /conversations/{id}/phone: a number that is read back before it is left"""

    phone: Annotated[str, Meta(max_length=200)]


class Return(Struct):
    """POST /return: the code to come back with; ``conversation`` is the id of a conversation that is held already"""

    code: Annotated[str, Meta(max_length=200)]
    conversation: str | None = None


class Verify(Struct):
    """POST /conversations/{id}/verify: the number of six digits that was sent"""

    code: Annotated[str, Meta(max_length=200)]


class OnlyId(Struct):
    """POST /conversations/{id}/withdraw"""

    client_id: uuid.UUID


class Support(Struct):
    """POST /conversations/{id}/support: an easier way, chosen; ``language``: on in that one, if the house speaks it"""

    client_id: uuid.UUID
    offer: Literal["simple_words", "other_language", "call", "more_time", "helper"]
    language: Annotated[str, Meta(max_length=20)] | None = None


class Feedback(Struct):
    """POST /conversations/{id}/feedback"""

    client_id: uuid.UUID
    helped: bool
    score: Annotated[int, Meta(ge=1, le=5)] | None = None
    text: str | None = None


class SignIn(Struct):
    """POST /staff/session"""

    login: Annotated[str, Meta(max_length=200)]
    password: Annotated[str, Meta(max_length=1000)]


class SetPresence(Struct):
    """POST /staff/presence"""

    status: Literal["available", "away"]


Name = Annotated[str, Meta(min_length=1, max_length=200)]


class UsedArticle(Struct):
    """An article whose proposed answer was used, as it was or changed"""

    article: Name
    version: Name
    title: Annotated[str, Meta(max_length=300)] = ""
    language: Annotated[str, Meta(max_length=10)] = "nl"


class StaffMessage(Struct):
    """POST /staff/conversations/{id}/messages; ``sources``: of which articles a proposal was used"""

    client_id: uuid.UUID
    text: str
    canned: bool = False
    sources: Annotated[list[UsedArticle], Meta(max_length=5)] = []


class StaffNote(Struct):
    """POST /staff/conversations/{id}/notes"""

    client_id: uuid.UUID
    text: str


class TransferTo(Struct):
    """POST /staff/conversations/{id}/transfer: a colleague's id, or null for the queue"""

    to: str | None = None
    note: str | None = None


class Decline(Struct):
    """POST /staff/conversations/{id}/decline: a reason is one of a few; a story about a customer is a note"""

    reason: Literal["", "busy", "break", "other_expertise", "language"] = ""


class Finish(Struct):
    """POST /staff/conversations/{id}/resolve: the last seq that the desk shows, so that nothing unread is closed"""

    last_seq: int | None = None


class ChangePolicy(Struct):
    """PUT /staff/policy: the document, and the version that was edited"""

    version: int
    document: Annotated[str, Meta(max_length=50_000)]


class CheckPolicy(Struct):
    """POST /staff/policy/check"""

    document: Annotated[str, Meta(max_length=50_000)]


class Correct(Struct):
    """POST /staff/conversations/{id}/corrections: the topic that was meant; null: no article answers this"""

    seq: int
    topic: Annotated[str, Meta(max_length=200)] | None


class Judge(Struct):
    """POST /staff/judging: what somebody found of one answer"""

    item: Annotated[str, Meta(max_length=40)]
    verdict: Literal["right", "incomplete", "wrong", "harmful"]


class Call(Struct):
    """POST /staff/conversations/{id}/call"""

    answered: bool


class PartnerAnswer(Struct):
    """POST /hooks/partner/{token}: what a night partner's own system says of a call"""

    status: Literal["acknowledged", "reached", "not_reached"]


_DECODERS: Final[dict[type, msgspec.json.Decoder[Any]]] = {}
_ENCODER: Final = msgspec.json.Encoder()


def encode(value: object) -> bytes:
    """JSON."""
    return _ENCODER.encode(value)


def decode(body: bytes, shape: type[Shape]) -> Shape:
    """A request's body as its shape.

    Raises:
        Invalid: names the field, in words.
    """
    decoder = _DECODERS.get(shape)
    if decoder is None:
        decoder = _DECODERS[shape] = msgspec.json.Decoder(shape)
    try:
        decoded: Shape = decoder.decode(body or b"{}")
    except msgspec.ValidationError as wrong:
        sentence, _, path = str(wrong).partition(" - at `$.")
        raise Invalid(sentence.rstrip(".") + ".", field=path.rstrip("`") or _missing(sentence)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid("The body is not JSON in UTF-8.", field="body") from None
    except RecursionError:
        raise Invalid("The body is nested too deeply.", field="body") from None
    return decoded


def _missing(sentence: str) -> str:
    """The field in "Object missing required field `text`"; a body that is no object at all is named as such."""
    before, _, field = sentence.partition("missing required field `")
    return field.partition("`")[0] if before and field else "body"


def wish(shape: AskHuman | Choose, scope: Scope) -> Wish:
    """What somebody who may see this much asks for."""
    preference = Preference(shape.preference) if shape.preference else None
    window = None if shape.window is None else instant(shape.window)
    return Wish(client_id(shape.client_id), preference, shape.phone or "", shape.email or "", window, scope)


def client_id(given: uuid.UUID) -> ClientId:
    """A client's own id of what it sends."""
    return ClientId(given.hex)


def _dashed(id: ClientId) -> str:
    """A client's own id as the client wrote it."""
    return f"{id[:8]}-{id[8:12]}-{id[12:16]}-{id[16:20]}-{id[20:]}"


class Teller:
    """Makes events for an audience: names of authors in words, links to sources.

    Args:
        names: display names of staff by id.
    """

    def __init__(self, policy: Policy, names: dict[str, str], language: str) -> None:
        self.policy = policy
        self._language = language
        say, organisation = policy.wording.say, policy.contact.organisation
        self._names = names
        self._authors = {
            AuthorKind.CUSTOMER: say("author_customer", language).text,
            AuthorKind.AI: say("author_ai", language, organisation=organisation).text,
            AuthorKind.NOTICE: say("author_notice", language, organisation=policy.contact.short_name).text,
        }
        self._emergency = policy.contact.emergency_phone

    def event(self, line: Line, text: str, audience: Audience) -> dict[str, Any]:
        """One event in the promised shape."""
        fact = line.fact
        told: dict[str, Any] = {
            "seq": fact.seq,
            "prev": line.prev,
            "at": iso(fact.at),
            "type": line.type,
            "author": {"kind": line.author.value, "name": self._name(line)},
        }
        if text:
            told["text"] = text
        self._add(told, fact.event, audience)
        return told

    def _name(self, line: Line) -> str:
        if line.author is AuthorKind.HUMAN:
            return self._names.get(line.fact.actor.id, "")
        return self._authors[line.author]

    def _add(self, told: dict[str, Any], event: e.Event, audience: Audience) -> None:
        own_id = getattr(event, "client_id", None)
        if own_id is not None:
            told["client_id"] = _dashed(own_id)
        named = sources(event)
        if named:
            key = "sources" if isinstance(event, e.BotReplied) else "suggestions"
            told[key] = [source_of(one.article, one.version, one.title, one.language, one.date) for one in named]
        match event:
            case e.BotReplied() if event.also:
                told["also"] = [source_of(o.article, o.version, o.title, o.language, o.date) for o in event.also]
            case e.HumanOffered() | e.HumanLeft() | e.ReturnedToQueue() | e.Resolved():
                told["reason"] = event.reason
            case e.HumanRequested():
                told["how"] = event.how
            case e.PromiseMade() | e.PromiseMoved():
                start = None if event.window_start is None else iso(event.window_start)
                told |= {"due_at": iso(event.due_at), "reference": event.reference, "kind": event.kind.value}
                told["window_start"] = start
            case e.SafetyShown():
                told["safety"] = {"kind": event.kind, "phone": number_to_call(event.kind, self._emergency)}
            case e.CallNowShown():
                told["safety"] = {"kind": "call_now", "phone": self._emergency}
            case e.CorrectionGiven():
                told["correction"] = {"article": event.article, "version": event.version, "of": event.given}
            case e.DangerAsked():
                phone = number_to_call(event.kind, self._emergency)
                told["danger"] = {"kind": event.kind, "phone": phone, "yes": self._say("danger_yes")}
            case e.ReceiptGiven():
                told |= {"topic": event.topic, "due_at": iso(event.due_at), "reference": event.reference}
            case e.SupportOffered():
                told["offers"] = [way for offer in event.offers for way in self._ways(offer)]
            case e.SupportChosen():
                told |= {"offer": event.offer, "label": self._say(f"offer_{event.offer}")}
            case e.HumanJoined():
                told["name"] = self._names.get(event.agent, "")
            case e.FeedbackGiven():
                told |= {"helped": event.helped, "score": event.score}
            case _:
                if audience is Audience.STAFF:
                    self._add_for_staff(told, event)

    def _say(self, id: str) -> str:
        return self.policy.wording.say(id, self._language).text

    def _ways(self, offer: str) -> list[dict[str, Any]]:
        """An easier way as buttons: each language that the house speaks has its own, in that language."""
        ways: list[dict[str, Any]] = [{"offer": offer, "language": None, "label": self._say(f"offer_{offer}")}]
        if offer != "other_language":
            return ways
        names = [
            self.policy.wording.say("language_name", one) for one in self.policy.languages if one != self._language
        ]
        # A language in which little can be said has no name of its own here, and is no way to go on.
        spoken = [(one.template.language, one.text) for one in names if one.template.language != self._language]
        return [*({"offer": offer, "language": one, "label": name} for one, name in dict(spoken).items()), *ways]

    def _add_for_staff(self, told: dict[str, Any], event: e.Event) -> None:
        match event:
            case e.Offered() | e.OfferDeclined() | e.OfferTimedOut() | e.Parked():
                told["agent"] = self._names.get(event.agent, "")
            case e.Delivered():
                told["upto"] = event.upto
            case e.AgentWrote():
                told["canned"] = event.hold_line
            case e.CallRecorded():
                told["answered"] = event.answered
            case e.PromiseReminded():
                told["owner"] = event.owner
            case e.PartnerSilent():
                told["why"] = event.why
            case e.ModelConsulted():
                # What was sent and said is for whoever looks into it, not a line between the customer's words.
                told |= {"model": event.model, "outcome": event.outcome, "tokens": event.tokens}
                told["record"] = told.pop("text", "")
            case _:
                pass


def source_of(article: str, version: str, title: str, language: str, date: str = "") -> dict[str, str]:
    """A source as it is shown: title, a link to the whole article, and since when this version is in force. Facts from
    before there were dates have none."""
    shown = {"article": article, "version": version, "title": title, "url": f"/kennis/{language}/{article}"}
    return shown | ({"date": date} if date else {})
