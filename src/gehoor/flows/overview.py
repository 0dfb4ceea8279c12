"""What the night hands over to the morning: what came in, what was promised, what is done, open and broken.

It is worked out from the facts, so that it cannot disagree with what happened. Probes of the house are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Channel, Danger, Phase
from gehoor.core.conversation.view import ConversationView
from gehoor.core.hours import OpeningHours
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant, local
from gehoor.flows import alarms
from gehoor.flows.envelopes import spoken_code
from gehoor.ports.world import World

_LOOKS_BACK_DAYS = 21
_LISTS = ("came_in", "received", "promised", "done", "broken", "not_reached")


@dataclass(frozen=True, slots=True)
class Item:
    """One conversation in one list. ``at``: when what the list is about happened; ``kind``: how the promise is to be
    kept, ``due_at``: by when, ``owner``: the team that knows of it; each empty when nothing is promised now.

    What happened since: ``danger``: the worst that there was, also when it is over; ``partner``: what the night chain
    did last (asked, acknowledged, silent, reached); ``mail_failed``: the last letter did not arrive; ``receipts``: the
    topics that got one, each with the day by which an answer must be there.
    """

    id: ConversationId
    code: str
    reference: str
    at: Instant
    phase: Phase
    danger: Danger
    language: str
    kind: str
    due_at: Instant | None
    window_start: Instant | None
    owner: str
    tries: int
    partner: str
    mail_failed: bool
    receipts: tuple[tuple[str, Instant], ...] = ()


@dataclass(frozen=True, slots=True)
class Rang:
    """An alarm that was raised in the time of the overview. ``over_at`` None: it stands."""

    alarm: alarms.Alarm
    over_at: Instant | None


@dataclass(frozen=True, slots=True)
class Handover:
    """The lists, each in the order in which things happened; ``open`` by what is due first."""

    since: Instant
    until: Instant
    came_in: tuple[Item, ...]
    received: tuple[Item, ...]
    promised: tuple[Item, ...]
    done: tuple[Item, ...]
    open: tuple[Item, ...]
    broken: tuple[Item, ...]
    not_reached: tuple[Item, ...]
    alarms: tuple[Rang, ...]


async def handover(world: World, since: Instant) -> Handover:
    """Everything since the moment, and all that is open, however long it has been."""
    views = {view.id: view for view in await world.store.open_views()}
    views |= {view.id: view for view in await world.store.views_since(since)}
    lists: dict[str, list[Item]] = {name: [] for name in _LISTS}
    still_open: list[Item] = []
    for view in views.values():
        if view.channel == Channel.PROBE or (view.at < since and not _is_open(view)):
            continue
        facts = await world.store.facts(view.id, 0) if view.at >= since else []
        happened = [fact for fact in facts if fact.at >= since]
        for name, at in _last_of_each(happened):
            lists[name].append(_item(view, at, happened))
        if _is_open(view):
            still_open.append(_item(view, view.first_requested_at or view.at, happened))
    return Handover(
        since=since,
        until=world.clock.now(),
        open=tuple(sorted(still_open, key=lambda one: (one.due_at or Instant(0), one.at, one.id))),
        alarms=tuple(await _rang(world, since)),
        **{name: tuple(sorted(items, key=lambda one: (one.at, one.id))) for name, items in lists.items()},
    )


def _is_open(view: ConversationView) -> bool:
    return view.requested or view.due_at is not None


def _last_of_each(happened: Iterable[e.Fact]) -> list[tuple[str, Instant]]:
    """In which lists a conversation stands, and when that happened last."""
    found: dict[str, Instant] = {}
    for fact in happened:
        match fact.event:
            case e.HumanRequested():
                found["came_in"] = fact.at
                found.pop("done", None)
            case e.ReceiptGiven():
                found["received"] = fact.at
            case e.PromiseMade() | e.PromiseMoved():
                found["promised"] = fact.at
            case e.PromiseBroken():
                found["broken"] = fact.at
            case e.PromiseNotReached():
                found["not_reached"] = fact.at
            case e.PromiseKept() | e.Resolved(reason="answered"):
                found["done"] = fact.at
            case e.MailFailed(reopens=True):
                found.pop("done", None)
            case _:
                pass
    return list(found.items())


_PARTNER = {
    e.PartnerAsked: "asked",
    e.PartnerAcknowledged: "acknowledged",
    e.PartnerSilent: "silent",
    e.PartnerReached: "reached",
}


def _item(view: ConversationView, at: Instant, happened: Iterable[e.Fact]) -> Item:
    events = [fact.event for fact in happened]
    dangers = [one.danger for one in events if isinstance(one, e.SafetyShown | e.HumanRequested)]
    chain = [_PARTNER[type(one)] for one in events if type(one) in _PARTNER]
    letters = [one for one in events if isinstance(one, e.MailFailed | e.MailAccepted | e.PromiseMoved)]
    return Item(
        id=view.id,
        code=spoken_code(view.id),
        reference=view.reference,
        at=at,
        phase=view.phase,
        danger=max((view.danger, *dangers)),
        language=view.language,
        kind=view.promise_kind.value if view.promise_kind and view.due_at else "",
        due_at=view.due_at,
        window_start=view.window_start,
        owner=view.owner,
        tries=view.tries,
        partner=chain[-1] if chain else "",
        receipts=tuple((one.topic, one.due_at) for one in events if isinstance(one, e.ReceiptGiven)),
        mail_failed=isinstance(letters[-1] if letters else None, e.MailFailed),
    )


async def _rang(world: World, since: Instant) -> list[Rang]:
    """The alarms that stood at some moment since then, oldest first."""
    standing: dict[tuple[str, str], alarms.Alarm] = {}
    over: list[Rang] = []
    for alarm, raised in await alarms.lines(world):
        named = (alarm.kind, alarm.about)
        if raised:
            standing[named] = alarm
        elif named in standing:
            over.append(Rang(standing.pop(named), alarm.since))
    found = [one for one in over if one.over_at is not None and one.over_at >= since]
    found += [Rang(alarm, None) for alarm in standing.values()]
    return sorted(found, key=lambda one: (one.alarm.since, one.alarm.about))


def last_close(hours: OpeningHours, now: Instant) -> Instant:
    """When the last working day that is over ended: from then on it was night."""
    today = local(now, hours.zone).date()
    for back in range(_LOOKS_BACK_DAYS):
        for opening in list(hours.on(today - timedelta(days=back)))[-1:]:
            if opening.end <= now:
                return opening.end
    return now
