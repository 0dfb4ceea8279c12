"""Whether people can be reached, worked out from the opening hours: now, or on the one day that was asked about.

It is said before the approved answer about opening hours. Fixed sentences with times and days filled in, never a
model's words: so the record of the template tells what was said, and the policy version of the fact tells why. The
hours are those of telephone and chat; when the counter is open is the article's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Final

from gehoor.core.guarantee.fallback import spoken, spoken_day, spoken_time
from gehoor.core.hours import HORIZON_DAYS, MIDNIGHT, Opening, at_clock, openings
from gehoor.core.policy import Policy, Said
from gehoor.core.time import Instant, local

_DAY: Final = timedelta(days=1)
_LONG: Final = timedelta(days=7)
"""Who is open for so long without a pause is open, and no end is named."""
_AND: Final = {"nl": " en ", "en": " and "}
_FROM_TO: Final = {"nl": "van {} tot {}", "en": "from {} to {}"}
_END_OF_DAY: Final = {"nl": "24.00 uur", "en": "midnight"}

_Stretch = tuple[datetime, datetime]


def presence(policy: Policy, now: Instant, language: str, day: date | None = None) -> Said | None:
    """The sentence that says whether people can be reached; None in a language that has no such sentence.

    Args:
        now: the moment of the answer.
        language: of the answer that follows.
        day: the day that was asked about. None, today, a day that is over or one further than the hours are known for:
            it is said of now.
    """
    if language not in _AND or not policy.wording.speaks(language, "open_now"):
        return None
    here = local(now, policy.hours.zone)
    if day is not None and here.date() < day <= here.date() + HORIZON_DAYS * _DAY:
        said = _on(policy, day, language)
        if said is not None:
            return said
    return _now(policy, now, here, language)


def _now(policy: Policy, now: Instant, here: datetime, language: str) -> Said:
    say, phone = policy.wording.say, policy.contact.emergency_phone
    ahead = _stretches(policy, openings(policy.hours, now))
    first = next(ahead, None)
    if first is None:
        return say("closed_always", language, phone=phone)
    start, end = first
    if start > here:
        time = spoken_time(start, language)
        if start.date() == here.date():
            return say("closed_now_today", language, time=time, phone=phone)
        return say("closed_now", language, day=spoken_day(start, language), time=time, phone=phone)
    if end - here > _LONG:
        return say("open_always", language)
    until = _end(end, language) if _ends_on(end, here.date()) else spoken(end, language)
    more = list(takewhile(lambda one: one[0].date() == here.date(), ahead))
    if more and _ends_on(end, here.date()):
        return say("open_now_more", language, end=until, times=_times(more, language))
    return say("open_now", language, end=until)


def _on(policy: Policy, day: date, language: str) -> Said | None:
    """The sentence about a day; None when that cannot be told, because nobody is there in the year after it either."""
    hours, say = policy.hours, policy.wording.say
    named = spoken_day(day, language)
    found = list(_stretches(policy, hours.on(day)))
    if not found:
        after = next(openings(hours, at_clock(day + _DAY, MIDNIGHT, hours.zone)), None)
        if after is None:
            return None
        back = local(after.start, hours.zone)
        return say("closed_day", language, day=named, next=spoken_day(back, language), time=spoken_time(back, language))
    if found[0][0].time() == MIDNIGHT and found[0][1].date() > day:
        return say("open_day_whole", language, day=named)
    return say("open_day", language, day=named, times=_times(found, language))


def _stretches(policy: Policy, found: Iterable[Opening]) -> Iterator[_Stretch]:
    """Openings as local times, where one that begins as another ends goes on with it: past midnight too."""
    zone, start, end = policy.hours.zone, None, None
    for one in found:
        if start is not None and end is not None and one.start > end:
            yield local(start, zone), local(end, zone)
            start = None
        start, end = one.start if start is None else start, one.end
    if start is not None and end is not None:
        yield local(start, zone), local(end, zone)


def _ends_on(end: datetime, day: date) -> bool:
    """Whether it ends on the day, at its last midnight at the latest."""
    return end.date() == day or (end.time() == MIDNIGHT and end.date() == day + _DAY)


def _end(end: datetime, language: str) -> str:
    return _END_OF_DAY[language] if end.time() == MIDNIGHT else spoken_time(end, language)


def _times(stretches: Iterable[_Stretch], language: str) -> str:
    """ "van 8.00 tot 12.00 uur en van 13.00 tot 17.00 uur" """
    told = [
        _FROM_TO[language].format(spoken_time(start, language).removesuffix(" uur"), _end(end, language))
        for start, end in stretches
    ]
    return _AND[language].join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
