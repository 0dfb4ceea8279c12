"""Each predicate, and each rule in it, by itself: states and facts that no story brings, because another rule would
have spoken first or the fold makes no such state."""

from dataclasses import replace

from gehoor.core.conversation import events as e
from gehoor.core.conversation.model import (
    Actor,
    ActorKind,
    Danger,
    LetterKind,
    Reached,
    Source,
)
from gehoor.core.guarantee.promises import (
    clock,
    grounded,
    honest,
    keep,
    no_dead_end,
    one_voice,
    silence,
    turn,
)
from gehoor.core.guarantee.step import Predicate, Step
from gehoor.core.time import HOUR, Instant, later
from tests.core.conversation.examples import one
from tests.core.situations import AI, ANNA, CUSTOMER, HOUSE, after, bent, forged, taken


def promise(due: Instant) -> e.PromiseMade:
    return replace(one(e.PromiseMade), due_at=due)  # type: ignore[no-any-return]  # the example of that kind


NOTE, SOON = one(e.NoteWritten), later(after("begin promised").record.at, HOUR)
DUE = after("begin promised").record.due_at or Instant(0)
BOUNCE = replace(one(e.MailFailed), letter=LetterKind.ANSWER, upto=99, bounced=True)
SILENCE, FLOOR = (
    "The AI spoke while the customer waits for or talks to a person.",
    "An agent wrote without having the floor.",
)
NOBODY = "A promise was made to somebody who waits for nobody."
RESET = "The clock of the time to a person was reset."
UNREACHED = "A customer counts as reached without an answer that was delivered."
PLACE = "An offer that was not taken changed the customer's place."

BENT: list[tuple[Predicate, Step, str | None]] = [
    (silence, taken(bent("begin asked", requested=True), one(e.BotReplied), AI), SILENCE),
    (one_voice, taken(bent("begin waiting", agent=ANNA), one(e.AgentWrote)), FLOOR),
    (
        honest,
        taken(after("begin human"), NOTE, Actor(ActorKind.AI, ANNA)),
        "What a person did was not done by that person.",
    ),
    (honest, taken(after("begin ai"), one(e.IdentityTold), CUSTOMER), "What the AI is was not told by the house."),
    (honest, taken(after("begin ai"), one(e.IdentityTold), HOUSE), None),
    (keep, forged("begin waiting", one(e.Resolved), requested=False), "A request for a person ended by Resolved."),
    (
        keep,
        forged("begin written", e.Delivered(0), requested=False),
        "A request ended on a delivery without a person's answer, or before it.",
    ),
    (
        keep,
        taken(bent("begin parked", tries=2), one(e.PromiseNotReached), requested=False),
        "A customer counts as not reached after fewer than three tries.",
    ),
    (keep, taken(bent("begin parked", tries=3), one(e.PromiseNotReached), requested=False), None),
    (keep, forged("begin mailed", BOUNCE), "An answer came back, and the request was not opened again."),
    (clock, forged("begin waiting", NOTE, first_requested_at=Instant(1)), RESET),
    (
        clock,
        taken(
            bent("begin ai", first_requested_at=Instant(1)),
            one(e.HumanRequested),
            requested=True,
            first_requested_at=Instant(2),
        ),
        None,
    ),
    (clock, taken(bent("begin waiting", first_requested_at=None), NOTE, first_requested_at=Instant(1)), None),
    (clock, forged("begin written", NOTE, reached=Reached.REACHED), UNREACHED),
    (clock, forged("begin written", e.Delivered(99), reached=Reached.REACHED), None),
    (
        clock,
        forged("begin mailed", BOUNCE, first_requested_at=Instant(1)),
        "A letter that came back began the time to a person anew.",
    ),
    (
        turn,
        taken(bent("begin waiting", offered_to=ANNA), one(e.OfferDeclined)),
        "An offer was passed on by somebody who did not have it.",
    ),
    (turn, forged("begin offered", one(e.OfferDeclined), returned=True), PLACE),
    (turn, forged("begin offered", one(e.OfferTimedOut), danger=Danger.DAMAGE), PLACE),
    (turn, forged("begin offered", one(e.OfferTimedOut)), None),
    (
        grounded,
        forged("begin asked", replace(one(e.BotReplied), source=Source("", "1", "", "nl"))),
        "The AI answered without a source.",
    ),
    (no_dead_end, forged("begin human", promise(SOON)), None),
    (no_dead_end, forged("begin reached", promise(SOON)), NOBODY),
    (no_dead_end, taken(bent("begin ai", requested=True), promise(SOON)), NOBODY),
    (
        no_dead_end,
        forged("begin waiting", promise(after("begin waiting").record.at)),
        "A promise was due when it was made.",
    ),
    (no_dead_end, taken(bent("begin promised", due_at=Instant(1)), promise(Instant(1))), None),  # it had come due
    (no_dead_end, forged("begin promised", promise(DUE)), None),
    (
        no_dead_end,
        forged("begin promised", promise(later(DUE, 1))),
        "A promise was put off that was neither kept nor broken.",
    ),
    (no_dead_end, taken(bent("begin promised", promised=False), promise(later(DUE, 1))), None),  # it was broken
    (no_dead_end, taken(bent("begin promised", due_at=None), promise(SOON)), None),
]
