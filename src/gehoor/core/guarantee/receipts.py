"""A complaint, a formal objection, a privacy request: what is promised at once to who makes one.

It is for a person, and it has a term. The receipt says that it came in, under which reference, and by when an answer
must be there. A customer keeps the first reference that was given.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Final

from gehoor.core.conversation.events import ReceiptGiven
from gehoor.core.conversation.model import Heard, Record, Signal
from gehoor.core.guarantee.fallback import spoken_date
from gehoor.core.hours import at_clock
from gehoor.core.policy import Policy, Said
from gehoor.core.time import Instant, local

COMPLAINT, OBJECTION, PRIVACY = "complaint", "objection", "privacy"
TOPICS: Final = (COMPLAINT, OBJECTION, PRIVACY)
"""What gets a receipt; under these names a policy has its terms (``core.policy.AnswerTerms``)."""

_END_OF_DAY: Final = time(23, 59)


def topics(heard: Heard) -> tuple[str, ...]:
    """The topics that were surely heard."""
    signals = (heard.complaint, heard.formal_objection, heard.privacy_request)
    return tuple(topic for topic, signal in zip(TOPICS, signals, strict=True) if signal is Signal.YES)


def answer_due(policy: Policy, now: Instant, topic: str) -> Instant:
    """By when an answer must be there: the end of the last day of the term. The day on which it came in does not
    count."""
    days: int = getattr(policy.terms, topic)
    last = local(now, policy.hours.zone).date() + timedelta(days=days)
    return at_clock(last, _END_OF_DAY, policy.hours.zone)


def receipt(policy: Policy, record: Record, topic: str, fresh: str, now: Instant) -> tuple[ReceiptGiven, Said]:
    """The receipt for a topic.

    Args:
        fresh: the reference to give when this customer has none yet.
    """
    reference, due = record.reference or fresh, answer_due(policy, now, topic)
    spoken = spoken_date(policy, due, record.language)
    said = policy.wording.say(f"receipt_{topic}", record.language, reference=reference, due=spoken)
    return ReceiptGiven(topic, reference, due, said.template), said
