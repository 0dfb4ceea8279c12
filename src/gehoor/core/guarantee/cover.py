"""Does a policy leave any moment without a way to a person, or above a ceiling? One door: every policy comes by here.

Opening hours are looked at for 53 weeks, shifts with named people for 14 days (guarantees.md); what is missing in the
14 days after that is a warning. What can be promised changes only at midnight and at closing time, so the moments that
are tried are all that there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache
from typing import Final

from gehoor.core.conversation.model import PromiseKind
from gehoor.core.errors import PolicyFault
from gehoor.core.guarantee.deadlines import days_of, promise_due
from gehoor.core.hours import HORIZON_DAYS, MIDNIGHT, at_clock, next_open, openings
from gehoor.core.ids import StaffId
from gehoor.core.policy import LONGEST_TERMS, Clocks, Policy
from gehoor.core.rota import Duty
from gehoor.core.time import DAY, HOUR, MINUTE, SECOND, Instant, iso, later, local

SHIFT_DAYS: Final = 14
WARN_DAYS: Final = 28

_CONTACT_LAW: Final = "BW 6:230m(1)(c): the trader gives telephone, e-mail and address"
_TERM_LAW: Final = {
    "complaint": "Awb 9:11 (CMP-2): a complaint is dealt with within six weeks",
    "objection": "Awb 7:10: an objection is decided on within six weeks",
    "privacy": "GDPR 12(3): a request about personal data is answered within one month",
}
_OWN: Final = "own norm (guarantees.md, {}): {}"
_REACH: Final = _OWN.format("REACH", "a person, an honest place in the queue, or a dated promise at every moment")
_HANDS: Final = _OWN.format("NO-DEAD-END", "what is promised fits the hands that the rota has")
_DANGER: Final = _OWN.format("URGENT", "danger has a live route at every hour")
_CLOCKS: Final = _OWN.format("CLOCK", "no step lasts so long that a customer waits for nothing")

LONGEST: Final = Clocks(
    bot_answers=MINUTE,
    offer=2 * MINUTE,
    wait_before_promise=HOUR,
    agent_answers=2 * HOUR,
    agent_lost=2 * MINUTE,
    idle=31 * DAY,
    danger=MINUTE,
)
"""How long each step may take at the most: with longer clocks the guarantees would stand on paper only."""
LONGEST_LINK: Final = {"answer_within": MINUTE, "contact_within": HOUR}
"""The same for a link of the night chain."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is wrong with a policy, from which moment on.

    ``rule``: a stable name; ``field``: where it is in the policy; ``ceiling``: what is the most, in words;
    ``source``: who says so; ``law``: it is law, not an own norm; ``mend``: the ways out, any of which will do.
    """

    rule: str
    field: str
    at: Instant
    problem: str
    ceiling: str
    source: str
    law: bool
    mend: tuple[str, ...]

    def fault(self) -> PolicyFault:
        """The refusal that tells it."""
        return PolicyFault(
            f"{self.field}: {self.problem} {' Or: '.join(self.mend)}",
            rule=self.rule,
            field=self.field,
            moment=iso(self.at),
            ceiling=self.ceiling,
            source=self.source,
            law=self.law,
            mend=self.mend,
        )


def check(policy: Policy, at: Instant, staff: Collection[StaffId] | None = None) -> None:
    """Refuses a policy under which a customer could not reach a person in time.

    Args:
        staff: who has an account; None when that is not known here.

    Raises:
        PolicyFault: names the field, the first such moment, the ceiling, its source and how to mend it.
    """
    found = first_gap(policy, at, staff)
    if found is not None:
        raise found.fault()


def first_gap(policy: Policy, at: Instant, staff: Collection[StaffId] | None = None) -> Gap | None:
    """The first thing that is wrong, or None."""
    return next(gaps(policy, at, staff), None)


def gaps(policy: Policy, at: Instant, staff: Collection[StaffId] | None = None) -> Iterator[Gap]:
    """Everything that is wrong, each by its first moment after ``at``."""
    yield from _contact(policy, at)
    yield from _terms(policy, at)
    yield from _answer_terms(policy, at)
    yield from _clocks(policy, at)
    yield from _promises(policy, at)
    yield from _people(policy, at, staff)
    yield from _shifts(policy, at, later(at, SHIFT_DAYS * DAY))
    yield from _danger(policy, at)
    yield from _skills(policy, at)


def warnings(policy: Policy, at: Instant) -> tuple[Gap, ...]:
    """What will be wrong soon when nobody does anything."""
    found = _shifts(policy, later(at, SHIFT_DAYS * DAY), later(at, WARN_DAYS * DAY))
    spoken = {language for team in policy.teams for language in team.languages}
    unspoken = [one for one in policy.languages if spoken and one not in spoken]
    return (*found, *(_unspoken(one, at) for one in unspoken))


# -- what the policy says --------------------------------------------------------------------------------------------


def _contact(policy: Policy, at: Instant) -> Iterator[Gap]:
    for name in ("phone", "emergency_phone", "email", "address"):
        if not getattr(policy.contact, name).strip():
            problem = "This must be filled in: it is the way to a person when all else fails."
            mend = (f"Fill in contact.{name}.",)
            yield Gap("contact_missing", f"contact.{name}", at, problem, "always", _CONTACT_LAW, True, mend)


def _terms(policy: Policy, at: Instant) -> Iterator[Gap]:
    terms, profile = policy.promises, policy.profile
    for name in ("answer_days", "callback_days", "email_days"):
        most: int = getattr(profile, name)
        if getattr(terms, name) > most:
            problem = f"The ceiling of {profile.id} is {most} working {'day' if most == 1 else 'days'}."
            mend = (f"Make promises.{name} {most} or less.",)
            ceiling = f"{most} working {'day' if most == 1 else 'days'}"
            yield Gap("above_ceiling", f"promises.{name}", at, problem, ceiling, profile.source, profile.law, mend)
    if policy.chats_per_agent < 1:
        problem = "An agent must be able to have at least one conversation."
        mend = ("Make chats_per_agent 1 or more.",)
        yield Gap("no_chats", "chats_per_agent", at, problem, "1 or more", _REACH, False, mend)
    if min(terms.window, terms.handling) < MINUTE or not 1 <= terms.share <= 100:
        problem = "A window, the time for a call-back and the share of hands must be more than nothing."
        mend = ("Make window and handling a minute or more, and share 1 to 100.",)
        yield Gap("no_window", "promises", at, problem, "1 to 100 percent", _HANDS, False, mend)


def _answer_terms(policy: Policy, at: Instant) -> Iterator[Gap]:
    for name, law in _TERM_LAW.items():
        most: int = getattr(LONGEST_TERMS, name)
        if not 1 <= getattr(policy.terms, name) <= most:
            field, ceiling = f"terms.{name}", f"{most} days"
            mend = (f"Make {field} 1 to {most}.",)
            yield Gap("above_law", field, at, f"The law allows {ceiling}.", ceiling, law, True, mend)


def _clocks(policy: Policy, at: Instant) -> Iterator[Gap]:
    steps: list[tuple[str, int, int]] = [
        (f"clocks.{one.name}", getattr(policy.clocks, one.name), getattr(LONGEST, one.name)) for one in fields(Clocks)
    ]
    for number, link in enumerate(policy.night):
        steps += [(f"night[{number}].{name}", getattr(link, name), most) for name, most in LONGEST_LINK.items()]
    for field, chosen, longest in steps:
        if chosen > longest:
            most = f"{longest // SECOND} seconds"
            mend = (f"Make {field} {longest // SECOND} or less.",)
            yield Gap("too_slow", field, at, f"The most is {most}.", most, _CLOCKS, False, mend)


def _people(policy: Policy, at: Instant, staff: Collection[StaffId] | None) -> Iterator[Gap]:
    teams, mend = {team.id for team in policy.teams}, ("Name one of the teams.",)
    named = ("Name somebody who has an account.", "Take the shift away, or make the account first.")
    for number, shift in enumerate(policy.shifts):
        if shift.team not in teams:
            problem = f"There is no team {shift.team}."
            yield Gap("unknown_team", f"shifts[{number}].team", at, problem, "a team", _HANDS, False, mend)
        if not shift.people:
            problem = "Nobody is named on this shift."
            yield Gap("empty_shift", f"shifts[{number}].people", at, problem, "one person", _HANDS, False, named)
        for person in shift.people:
            if staff is not None and person not in staff:
                problem = f"Nobody has the account {person}."
                yield Gap("unknown_person", f"shifts[{number}].people", at, problem, "an account", _HANDS, False, named)


def _skills(policy: Policy, at: Instant) -> Iterator[Gap]:
    on_shift = {duty.team for duty in policy.duties(at, later(at, SHIFT_DAYS * DAY))}
    had = {skill for team in policy.teams if team.id in on_shift for skill in team.skills}
    for asked, skill in policy.skills.items():
        if skill not in had:
            problem = f"Nobody who is on a shift has the skill {skill}."
            mend = (f"Give {skill} to a team that has shifts.", f"Take skills.{asked} away.")
            yield Gap("no_skill", f"skills.{asked}", at, problem, "one person on shift", _HANDS, False, mend)


def _unspoken(language: str, at: Instant) -> Gap:
    problem = f"No team speaks {language}: a customer who does waits until the need widens."
    mend = ("Give a team this language.", "Take it out of languages.")
    return Gap("no_language", "languages", at, problem, "one team", _HANDS, False, mend)


# -- what that comes to, moment by moment ----------------------------------------------------------------------------


def turning_points(policy: Policy, at: Instant, days: int = HORIZON_DAYS) -> Iterator[Instant]:
    """``at``, and every later moment at which something else may be promised than just before: each midnight, each
    closing time."""
    yield at
    day = local(at, policy.hours.zone).date()
    for ahead in range(days):
        today = day + timedelta(days=ahead)
        found = [at_clock(today, MIDNIGHT, policy.hours.zone), *(one.end for one in policy.hours.on(today))]
        yield from (one for one in found if one > at)


def overdue(policy: Policy, now: Instant, kind: PromiseKind) -> bool:
    """Whether what would be promised at the moment is above the ceiling in days of the calendar."""
    days = _due_on(policy, now, kind) - local(now, policy.hours.zone).date()
    return days.days > days_of(policy.profile, kind)


def _due_on(policy: Policy, now: Instant, kind: PromiseKind) -> date:
    """A promise that is due at midnight is due on the day that ends."""
    return local(later(promise_due(policy, now, kind), -SECOND), policy.hours.zone).date()


def _promises(policy: Policy, at: Instant) -> Iterator[Gap]:
    profile = policy.profile
    if next_open(policy.hours, at) is None:
        problem = "Nobody is there in the next 53 weeks."
        mend = ("Add a block to at least one day.",)
        yield Gap("never_open", "hours", at, problem, "53 weeks", profile.source, profile.law, mend)
        return
    opens = cache(lambda day: any(policy.hours.on(day)))
    firsts: dict[tuple[bool, ...], Instant] = {}
    for now in turning_points(policy, at):
        firsts.setdefault(_shape(policy, now, opens), now)
    late = ((now, kind) for now in firsts.values() for kind in PromiseKind if overdue(policy, now, kind))
    found = next(late, None)
    if found is not None:
        yield _too_late(policy, *found)


def _shape(policy: Policy, now: Instant, opens: Callable[[date], bool]) -> tuple[bool, ...]:
    """What the day of a promise depends on: whether people are there later today, and on which of the days to come.
    Most of the 53 weeks look like each other. ``opens``: whether people are there on a day at all."""
    today = local(now, policy.hours.zone).date()
    tomorrow, far = today + timedelta(days=1), max(days_of(policy.profile, kind) for kind in PromiseKind)
    later_today = any(one.end > now for one in policy.hours.on(today))
    return later_today, *(opens(tomorrow + timedelta(days=ahead)) for ahead in range(far))


def _too_late(policy: Policy, now: Instant, kind: PromiseKind) -> Gap:
    profile, hours, most = policy.profile, policy.hours, days_of(policy.profile, kind)
    first, due = local(now, hours.zone).date(), _due_on(policy, now, kind)
    between = [first + timedelta(days=one) for one in range(1, (due - first).days)]
    # Those that would be open again: not one on a weekend, nor one that has hours of its own.
    closed = [one for one in between if one in hours.closed and hours.week[one.weekday()] and not hours.blocks(one)]
    named = ", ".join(str(one) for one in closed)
    problem = f"Who asks on {first} is answered on {due}: later than {most} days."
    mend = [f"Be open on a day from {first + timedelta(days=1)} to {first + timedelta(days=most)}."]
    mend += [f"Take away one of the closing days {named}."] if named else []
    ceiling = f"{most} days of the calendar"
    return Gap("too_late", "hours", now, problem, ceiling, profile.source, profile.law, tuple(mend))


def _shifts(policy: Policy, since: Instant, until: Instant) -> Iterator[Gap]:
    at_desk = _at_desk(policy, since, until)
    for opening in openings(policy.hours, since):
        if opening.start >= until:
            return
        alone = _first_alone(at_desk, max(opening.start, since), min(opening.end, until))
        if alone is not None:
            moment = local(alone, policy.hours.zone)
            problem = f"We are open and nobody is on shift on {moment:%Y-%m-%d} at {moment:%H:%M}."
            mend = (f"Put a person on a shift that covers {moment:%A} {moment:%H:%M}.", "Shorten the opening hours.")
            yield Gap("no_shift", "shifts", alone, problem, f"{SHIFT_DAYS} days ahead", _HANDS, False, mend)
            return


def _danger(policy: Policy, at: Instant) -> Iterator[Gap]:
    until = later(at, SHIFT_DAYS * DAY)
    alone = None if policy.night else _first_alone(_at_desk(policy, at, until), at, until)
    if alone is not None:
        moment = local(alone, policy.hours.zone)
        problem = f"Who is in danger on {moment:%Y-%m-%d} at {moment:%H:%M} finds nobody."
        mend = ("Name a partner or a duty officer under night.", "Put people on a shift at every hour.")
        yield Gap("no_night", "night", alone, problem, "every hour", _DANGER, False, mend)


def _at_desk(policy: Policy, since: Instant, until: Instant) -> list[Duty]:
    return [duty for duty in policy.duties(since, until) if duty.people and not duty.on_call]


def _first_alone(at_desk: Sequence[Duty], since: Instant, until: Instant) -> Instant | None:
    """The first moment of the span that no duty covers; they come in the order in which they begin."""
    covered = since
    for duty in at_desk:
        if duty.start > covered:
            break
        covered = max(covered, duty.end)
    return covered if covered < until else None
