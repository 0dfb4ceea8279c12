"""The house looks around, four times a minute: is anybody there on each shift, do the promises fit, do letters leave.

A name on a shift is not a person. What is found wrong becomes an alarm, and what is right again ends it. What just
happened in a conversation (a broken promise, a night chain in which nobody answered) is heard of at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import Channel
from gehoor.core.errors import GehoorError
from gehoor.core.guarantee.fallback import spoken_moment
from gehoor.core.policy import Policy
from gehoor.core.rota import Duty
from gehoor.core.time import MINUTE, Instant, iso, later
from gehoor.flows.alarms import AlarmKind, Alarms
from gehoor.flows.envelopes import spoken_code
from gehoor.flows.faults import described
from gehoor.flows.handover import Floor
from gehoor.flows.post import Post
from gehoor.flows.windows import WindowBook
from gehoor.ports.feed import News
from gehoor.ports.world import World

_LOG = structlog.get_logger()
EVERY_S: Final = 15.0
MAIL_AGAIN: Final = MINUTE
EMPTY_FOR: Final = MINUTE
"""How long a shift may be empty before that is an alarm: with a look four times a minute, well within two minutes."""

_BREAKS_OR_ENDS: Final = frozenset(
    {e.PromiseBroken, e.PromiseKept, e.PromiseNotReached, e.RequestWithdrawn, e.Resolved}
)
_SOMEBODY: Final = frozenset({e.HumanJoined, e.PartnerAcknowledged, e.PartnerReached, e.RequestWithdrawn, e.Resolved})
"""Facts after which somebody in danger is not left alone any more."""


class Watch:
    """Looks, and raises alarms.

    Args:
        every_s: how often, in seconds.
    """

    def __init__(
        self,
        world: World,
        policy: Callable[[], Policy],
        floor: Floor,
        windows: WindowBook,
        post: Post,
        alarms: Alarms,
        every_s: float = EVERY_S,
    ) -> None:
        self._every_s = every_s
        self._world = world
        self._policy = policy
        self._floor = floor
        self._windows = windows
        self._post = post
        self._alarms = alarms
        # Since when each shift that runs is seen to be empty.
        self._empty: dict[str, Instant] = {}
        self._looked_at = Instant(0)
        self._mailed_at = Instant(0)

    async def run(self) -> None:
        """Until cancelled. A store that is away for a moment only delays; a mistake in looking stops no customer."""
        while True:
            try:
                await self.once()
            except GehoorError as fault:
                _LOG.warning("the house looks around again shortly", code=fault.code)
            except Exception as fault:
                _LOG.error("the house could not look around", **described(fault))
            await asyncio.sleep(self._every_s)

    async def once(self) -> None:
        """One look around. Letters that did not go out are tried again by whoever wrote them; the rest is for who
        leads."""
        now, policy = self._world.clock.now(), self._policy()
        if not self._world.peers.leads():
            await self._mail_again(now)
            return
        await self._shifts(policy, now)
        await self._hands(policy)
        await self._alarms.set(AlarmKind.POLICY_REDUCED, "", policy.reduced)
        await self._alarms.set(AlarmKind.MAIL_FAILING, "", bool(self._post.trouble), code=self._post.trouble)
        await self._mail_again(now)
        self._looked_at = now

    async def _mail_again(self, now: Instant) -> None:
        """Letters about alarms that no server took: once a minute."""
        if now - self._mailed_at >= MAIL_AGAIN:
            self._mailed_at = now
            await self._alarms.mail_again()

    async def _shifts(self, policy: Policy, now: Instant) -> None:
        running: dict[str, list[Duty]] = {}
        for duty in policy.duties(now, later(now, 1)):
            if not duty.on_call:
                running.setdefault(_name(duty), []).append(duty)
        empty = {name: duties[0] for name, duties in running.items() if not any(map(self._anybody, duties))}
        # A shift that began between two looks was empty from its start, as far as anybody saw.
        self._empty = {
            name: self._empty.get(name, max(duty.start, self._looked_at or now)) for name, duty in empty.items()
        }
        for name, since in self._empty.items():
            if now - since >= EMPTY_FOR:
                duty = empty[name]
                start, end = (spoken_moment(policy, at, "nl") for at in (duty.start, duty.end))
                await self._alarms.ring(AlarmKind.EMPTY_SHIFT, name, team=duty.team, start=start, end=end)
        for alarm in self._alarms.standing():
            if alarm.kind is AlarmKind.EMPTY_SHIFT and alarm.about not in empty:
                await self._alarms.clear(alarm.kind, alarm.about)

    async def _hands(self, policy: Policy) -> None:
        """Whether the people on shift can keep all that is promised; said before the first promise breaks."""
        short = self._windows.shortage()
        known = next((one for one in self._alarms.standing() if one.kind is AlarmKind.SHORT_OF_PEOPLE), None)
        if known is not None and (short is None or str(short.people) != known.data["people"]):
            await self._alarms.clear(known.kind)
        if short is not None:
            start, end = (spoken_moment(policy, at, "nl") for at in (short.since, short.until))
            counts = {"people": str(short.people), "promises": str(short.promises)}
            await self._alarms.ring(AlarmKind.SHORT_OF_PEOPLE, start=start, end=end, **counts)

    def _anybody(self, duty: Duty) -> bool:
        """Whether anybody of the shift is there."""
        return any(self._floor.is_there(one) for id, one in self._floor.presence.items() if id in duty.people)

    def on_news(self, news: News) -> None:
        """What a commit says that a supervisor must know."""
        if news.view.channel == Channel.PROBE:
            return
        broken, silent = _heard([fact.event for fact in news.facts], has_chain=bool(self._policy().night))
        if broken:
            self._alarms.ring_later(AlarmKind.PROMISE_BROKEN, news.conversation, reference=news.view.reference)
        elif broken is False:
            self._alarms.clear_later(AlarmKind.PROMISE_BROKEN, news.conversation)
        if silent:
            self._alarms.ring_later(AlarmKind.PARTNER_SILENT, news.conversation, code=spoken_code(news.conversation))
        elif silent is False:
            self._alarms.clear_later(AlarmKind.PARTNER_SILENT, news.conversation)


def _heard(events: list[e.Event], *, has_chain: bool) -> tuple[bool | None, bool | None]:
    """Whether a promise is broken, and whether somebody in danger was told to call because the whole night chain was
    asked for nothing or there is none; as the last of the facts has it, None when none of them says."""
    broken: bool | None = None
    silent: bool | None = None
    gave_up = False
    for event in events:
        kind = type(event)
        if kind in _BREAKS_OR_ENDS:
            broken = kind is e.PromiseBroken
        if kind is e.PartnerSilent:
            gave_up = True
        elif kind is e.CallNowShown and (gave_up or not has_chain):
            silent = True
        elif kind in _SOMEBODY:
            silent = False
    return broken, silent


def _name(duty: Duty) -> str:
    """Which shift on which day: the team and the start."""
    return f"{duty.team} {iso(duty.start)}"
