"""The shapes on the wire of the calls about knowledge. What the AI may say depends on them, so nothing has a default
that makes it say more."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

Language = Annotated[str, Meta(pattern="^[a-z]{2}$")]
Reason = Annotated[str, Meta(max_length=4000)]
Line = Annotated[str, Meta(max_length=4000)]
Lines = Annotated[tuple[Line, ...], Meta(max_length=2000)]


class Draft(Struct):
    """POST /staff/knowledge/{slug}/draft: the text that is being written. ``seen``: the topic's ``last`` when it was
    opened; 0 for a new topic. ``new``: it is refused when there is such a topic"""

    language: Language
    title: str
    owner: str
    valid_from: date
    review_by: date
    policy: Literal["may_answer", "fixed_text", "may_suggest", "people_only"]
    text: str
    seen: int
    ways: Lines = ()
    valid_until: date | None = None
    audiences: Lines = ()
    tags: Lines = ()
    source: str = ""
    computes: Literal["opening_hours"] | None = None
    new: bool = False


class Propose(Struct):
    """POST /staff/knowledge/{slug}/propose: a model rewrites the text in force, or translates it, as a draft"""

    language: Language
    to: Language
    how: Literal["simpler", "rephrased", "translated"]
    seen: int


class Submit(Struct):
    """POST /staff/knowledge/{slug}/submit: the draft in this language is ready for somebody else"""

    language: Language
    seen: int


class SendBack(Struct):
    """POST /staff/knowledge/{slug}/send-back: it must be written on"""

    language: Language
    seen: int
    why: Reason


class Approve(Struct):
    """POST /staff/knowledge/{slug}/approve. ``why``: needed when the evaluation gets worse by it"""

    language: Language
    seen: int
    why: Reason = ""


class Withdraw(Struct):
    """POST /staff/knowledge/{slug}/withdraw: nothing is said from this text any more"""

    language: Language
    number: int
    why: Reason
    wrong: bool = False
    harm: Literal["ordinary", "serious", "grave"] | None = None


class Switch(Struct):
    """POST /staff/knowledge/switch, /staff/knowledge/{slug}/switch: the kill switch of everything, or of a topic"""

    silenced: bool
    why: Reason


class StepDown(Struct):
    """POST /staff/knowledge/{slug}/down: one rung down, or to a lower one at once"""

    why: Reason = ""
    to: Literal["off", "shadow", "helps_agents", "suggests"] | None = None


class Weigh(Struct):
    """POST /staff/knowledge/{slug}/severity: what a wrong answer about the topic can do"""

    severity: Literal["ordinary", "serious", "grave"]


class Measure(Struct):
    """POST /staff/knowledge/{slug}/effect: what the evaluation becomes with the text in this language"""

    language: Language
