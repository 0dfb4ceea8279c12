"""State + fact → state. Pure and total: every fact has its row, and none can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from gehoor.core.conversation import events as e
from gehoor.core.conversation.copies import changed, replace
from gehoor.core.conversation.model import OTHER_DANGER, Control, Danger, LetterKind, Phase, Reached, Record, State
from gehoor.core.conversation.timers import changes
from gehoor.core.ids import ConversationId

MOST_UNHELPFUL: Final = 2
MOST_TRIES: Final = 3
MOST_LINKS: Final = 3
"""The most links of a night chain."""
ABSTAINING_WORDINGS: Final = 3
RECALL: Final = "recall"
"""How a request for a person came about that the house made, because an answer was wrong."""

Changed = tuple[Control, Record]
_Row = Callable[[Control, Record, Any, e.Fact], Changed]


def begin(id: ConversationId) -> State:
    """A conversation before its first fact."""
    return State(Record(id))


def fold(state: State, facts: Iterable[e.Fact]) -> State:
    """The state after the facts."""
    for fact in facts:
        state = evolve(state, fact)
    return state


def evolve(state: State, fact: e.Fact) -> State:
    """The state after one more fact."""
    row = _ROWS.get(type(fact.event))
    control, record = state.control, state.record
    if row is not None:
        control, record = row(control, record, fact.event, fact)
    started = changes(fact.event)
    if started:
        rings = dict(record.rings)
        for timer, at in started:
            if at is None:
                rings.pop(timer, None)
            else:
                rings[timer] = at
        record = changed(record, state.record, seq=fact.seq, at=fact.at, rings=tuple(rings.items()))
        if rings.keys() != control.armed:
            control = changed(control, state.control, armed=frozenset(rings))
    else:
        record = changed(record, state.record, seq=fact.seq, at=fact.at)
    return State(record, control)


def _started(c: Control, r: Record, f: e.ConversationStarted, fact: e.Fact) -> Changed:
    return replace(c, phase=Phase.AI), replace(r, channel=f.channel, language=f.language, started_at=fact.at)


def _requested(c: Control, r: Record, f: e.HumanRequested, fact: e.Fact) -> Changed:
    danger = max(c.danger, f.danger)
    if c.requested:
        return replace(c, danger=danger), r
    phase = c.phase if c.phase is Phase.HUMAN else Phase.WAITING
    record = replace(
        r,
        first_requested_at=fact.at if r.first_requested_at is None or c.mailed else r.first_requested_at,
        queued_since=fact.at,
        request_seq=fact.seq,
        declined=(),
        turns=(),
        skill=f.skill,
        called_about=r.corrected if f.how == RECALL else r.called_about,
    )
    # What was answered by letter before is another matter now.
    control = replace(c, phase=phase, requested=True, danger=danger, reached=Reached.NONE, tries=0, mailed=False)
    return control, record


def _withdrawn(c: Control, r: Record, _f: e.RequestWithdrawn, _fact: e.Fact) -> Changed:
    return _floor_to_ai(c), _no_human(r)


def _floor_to_ai(c: Control) -> Control:
    """A new engagement of the AI: budget and flags start again; the disclosure stays."""
    return Control(phase=Phase.AI, disclosed=c.disclosed, abstained=c.abstained, mailed=c.mailed, armed=c.armed)


def _no_human(r: Record) -> Record:
    return replace(
        r,
        agent=None,
        offered_to=None,
        offer=None,
        wanted=None,
        queued_since=None,
        first_requested_at=None,
        due_at=None,
        reference="",
        promise_kind=None,
        window_start=None,
        owner="",
        skill="",
    )


def _received(c: Control, r: Record, _f: e.MessageReceived, fact: e.Fact) -> Changed:
    # Who writes on while a person's answer lies unseen waits for an answer to this as well.
    unseen = c.reached is Reached.TRIED and c.phase in (Phase.WAITING, Phase.OFFERED)
    return (replace(c, reached=Reached.NONE) if unseen else c), replace(r, last_customer_seq=fact.seq)


def _returned(c: Control, r: Record, f: e.ReturnedToQueue, _fact: e.Fact) -> Changed:
    control = replace(c, phase=Phase.WAITING)
    if f.reason != "try_again":
        # The customer is back, and goes to the front: the tries to reach somebody who is away begin again, and so does
        # the answer. A new try keeps the place of the request: who is away must not put off who is promised a call.
        control = replace(control, returned=True, reached=Reached.NONE, tries=0)
    return control, replace(r, declined=())


def _delivered(c: Control, r: Record, f: e.Delivered, _fact: e.Fact) -> Changed:
    if c.reached is not Reached.TRIED or f.upto < r.last_human_seq:
        return c, r
    return _reached(c), r


def _reached(c: Control) -> Control:
    """A person reached the customer: the request is over, and nobody else need be called out."""
    return replace(
        c, reached=Reached.REACHED, requested=False, returned=False, tries=0, link=0, acknowledged=False, mailed=False
    )


def _feedback(c: Control, r: Record, f: e.FeedbackGiven, _fact: e.Fact) -> Changed:
    return (replace(c, unhelpful=0) if f.helped else _unhelpful(c)), r


def _unhelpful(c: Control) -> Control:
    return replace(c, unhelpful=min(c.unhelpful + 1, MOST_UNHELPFUL))


def _turn_due(c: Control, r: Record, f: e.BotTurnDue, _fact: e.Fact) -> Changed:
    return c, replace(r, turns=(*r.turns, f.turn))


def _answered(r: Record, turn: int) -> Record:
    return replace(r, turns=tuple(one for one in r.turns if one != turn))


def _replied(c: Control, r: Record, f: e.BotReplied, _fact: e.Fact) -> Changed:
    told = r.told | {(f.source.article, f.source.version)}
    return c, replace(_answered(r, f.turn), given=r.given | {f.source.article}, told=told)


def _abstained(c: Control, r: Record, f: e.BotAbstained, _fact: e.Fact) -> Changed:
    return replace(_unhelpful(c), abstained=c.abstained % ABSTAINING_WORDINGS + 1), _answered(r, f.turn)


def _identity_told(c: Control, r: Record, f: e.IdentityTold, _fact: e.Fact) -> Changed:
    return c, (r if f.turn is None else _answered(r, f.turn))


def _receipt_given(c: Control, r: Record, f: e.ReceiptGiven, _fact: e.Fact) -> Changed:
    """A customer keeps one number: a promise that follows has it too."""
    return c, replace(r, receipts=r.receipts | {f.topic}, reference=r.reference or f.reference)


def _promised(c: Control, r: Record, f: e.PromiseMade | e.PromiseMoved, _fact: e.Fact) -> Changed:
    record = replace(
        r,
        due_at=f.due_at,
        reference=f.reference,
        promise_kind=f.kind,
        window_start=f.window_start,
        owner=f.owner,
    )
    return replace(c, promised=True), record


def _no_promise(r: Record) -> Record:
    return replace(r, due_at=None, promise_kind=None, window_start=None, owner="")


def _broken(c: Control, r: Record, _f: e.PromiseBroken, _fact: e.Fact) -> Changed:
    """Who waits while their promise breaks stands in front from now on; who had a window stood there already (TURN)."""
    returned = c.returned or c.phase in (Phase.WAITING, Phase.OFFERED)
    return replace(c, promised=False, returned=returned), replace(r, due_at=None, window_start=None)


def _kept(c: Control, r: Record, _f: e.PromiseKept, _fact: e.Fact) -> Changed:
    return replace(c, promised=False), _no_promise(r)


def _tried(c: Control, r: Record, _f: e.PromiseTried, _fact: e.Fact) -> Changed:
    return replace(c, tries=min(c.tries + 1, MOST_TRIES)), r


def _not_reached(c: Control, r: Record, _f: e.PromiseNotReached, _fact: e.Fact) -> Changed:
    return replace(c, promised=False, requested=False), _no_promise(r)


def _offered(c: Control, r: Record, f: e.Offered, _fact: e.Fact) -> Changed:
    return replace(c, phase=Phase.OFFERED), replace(r, offered_to=f.agent, offer=f.offer)


def _not_taken(c: Control, r: Record, f: e.OfferDeclined | e.OfferTimedOut, _fact: e.Fact) -> Changed:
    # Who declined last stands last, so that it comes back to them only after everybody else.
    declined = (*(agent for agent in r.declined if agent != f.agent), f.agent)
    record = replace(r, offered_to=None, offer=None, wanted=None, declined=declined)
    return replace(c, phase=Phase.WAITING), record


def _joined(c: Control, r: Record, f: e.HumanJoined, _fact: e.Fact) -> Changed:
    record = replace(r, agent=f.agent, offered_to=None, offer=None, declined=(), wanted=None)
    reached = Reached.NONE if c.requested else c.reached
    return replace(c, phase=Phase.HUMAN, reached=reached, link=0, acknowledged=False), record


def _wrote(c: Control, r: Record, f: e.AgentWrote, fact: e.Fact) -> Changed:
    if f.sources:
        r = replace(r, told=r.told | {(one.article, one.version) for one in f.sources})
    if f.hold_line:
        return c, r
    reached = Reached.TRIED if c.requested else c.reached
    return replace(c, reached=reached), replace(r, last_human_seq=fact.seq)


def _called(c: Control, r: Record, f: e.CallRecorded, _fact: e.Fact) -> Changed:
    if not f.answered:
        return c, r
    return _reached(c), r


def _partner_asked(c: Control, r: Record, f: e.PartnerAsked, _fact: e.Fact) -> Changed:
    return replace(c, link=min(f.link, MOST_LINKS), acknowledged=False), r


def _partner_reached(c: Control, r: Record, _f: e.PartnerReached, _fact: e.Fact) -> Changed:
    return _reached(c), r


def _mail_accepted(c: Control, r: Record, f: e.MailAccepted, _fact: e.Fact) -> Changed:
    """Reached, as far as a letter can tell: it may still come back."""
    is_answer = f.letter is LetterKind.ANSWER and f.upto >= r.last_human_seq
    if not is_answer or c.reached is not Reached.TRIED:
        return c, r
    return replace(_reached(c), mailed=True), r


def _mail_failed(c: Control, r: Record, f: e.MailFailed, fact: e.Fact) -> Changed:
    """A letter that came back reached nobody: what ended on it is open again, and the customer goes to the front."""
    if not (c.mailed and f.bounced and f.letter is LetterKind.ANSWER and f.upto >= r.last_human_seq):
        return c, r
    if not f.reopens:
        return replace(c, requested=True, reached=Reached.TRIED, mailed=False), r
    # The time to a person runs on from the request that the letter seemed to have answered (CLOCK).
    first = r.first_requested_at or fact.at
    record = replace(r, first_requested_at=first, queued_since=fact.at, request_seq=fact.seq, declined=(), turns=())
    return _in_front(c), record


def _corrected(c: Control, r: Record, f: e.CorrectionGiven, fact: e.Fact) -> Changed:
    """A notice: it changes neither who has the floor nor any clock."""
    return c, replace(r, corrected=r.corrected | {f.recall}, unseen=(*r.unseen, (f.recall, fact.seq)))


def _correction_seen(c: Control, r: Record, f: e.CorrectionSeen, _fact: e.Fact) -> Changed:
    return c, replace(r, unseen=tuple(one for one in r.unseen if one[0] != f.recall))


def _in_front(c: Control) -> Control:
    """Who had a person, or an answer, and has none any more: waits again, before others."""
    return replace(c, phase=Phase.WAITING, requested=True, returned=True, reached=Reached.NONE, mailed=False)


def _left(c: Control, r: Record, f: e.HumanLeft, fact: e.Fact) -> Changed:
    record = replace(
        r,
        agent=None,
        wanted=f.wanted,
        # Who passed it on is asked again only when nobody else is there.
        declined=(f.agent,) if f.reason == "transferred" else (),
        first_requested_at=fact.at if r.first_requested_at is None else r.first_requested_at,
        queued_since=fact.at if r.queued_since is None else r.queued_since,
    )
    return _in_front(c), record


def _parked(c: Control, r: Record, _f: e.Parked, _fact: e.Fact) -> Changed:
    return replace(c, phase=Phase.PARKED), replace(r, agent=None)


def _handed_back(c: Control, r: Record, _f: e.HandedBack, _fact: e.Fact) -> Changed:
    return _floor_to_ai(c), _ended(c, r)


def _ended(c: Control, r: Record) -> Record:
    """No person any more. While the answer may still come back as a letter, the moment of the request is kept."""
    return replace(_no_human(r), first_requested_at=r.first_requested_at if c.mailed else None)


def _resolved(c: Control, r: Record, _f: e.Resolved, _fact: e.Fact) -> Changed:
    control = Control(
        phase=Phase.RESOLVED, disclosed=c.disclosed, abstained=c.abstained, mailed=c.mailed, armed=c.armed
    )
    record = _ended(c, r)
    return control, replace(record, turns=(), asked_kind=OTHER_DANGER, asked_danger=Danger.NONE)


def _reopened(c: Control, r: Record, _f: e.Reopened, _fact: e.Fact) -> Changed:
    return _floor_to_ai(c), r


_ROWS: Final[dict[type, _Row]] = {
    e.ConversationStarted: _started,
    e.DisclosureShown: lambda c, r, f, fact: (replace(c, disclosed=True), r),
    e.MessageReceived: _received,
    e.HumanRequested: _requested,
    e.RequestWithdrawn: _withdrawn,
    e.ReturnedToQueue: _returned,
    e.Delivered: _delivered,
    e.FeedbackGiven: _feedback,
    e.Reopened: _reopened,
    e.BotTurnDue: _turn_due,
    e.BotReplied: _replied,
    e.BotSuggested: lambda c, r, f, fact: (_unhelpful(c), _answered(r, f.turn)),
    e.BotAbstained: _abstained,
    e.IdentityTold: _identity_told,
    e.DangerAsked: lambda c, r, f, fact: (c, replace(r, asked_kind=f.kind, asked_danger=f.danger)),
    e.ReceiptGiven: _receipt_given,
    e.SupportOffered: lambda c, r, f, fact: (c, replace(r, supports=r.supports | set(f.offers))),
    e.SupportChosen: lambda c, r, f, fact: (c, replace(r, language=f.language or r.language)),
    e.HumanOffered: lambda c, r, f, fact: (replace(c, offered_person=True), replace(r, offered_seq=fact.seq)),
    e.SafetyShown: lambda c, r, f, fact: (replace(c, danger=max(c.danger, f.danger)), r),
    e.PromiseMade: _promised,
    e.PromiseMoved: _promised,
    e.PromiseKept: _kept,
    e.PromiseBroken: _broken,
    e.PromiseTried: _tried,
    e.PromiseNotReached: _not_reached,
    e.PartnerAsked: _partner_asked,
    e.PartnerAcknowledged: lambda c, r, f, fact: (replace(c, acknowledged=True), r),
    e.PartnerSilent: lambda c, r, f, fact: (replace(c, acknowledged=False), r),
    e.PartnerReached: _partner_reached,
    e.MailAccepted: _mail_accepted,
    e.MailFailed: _mail_failed,
    e.CorrectionGiven: _corrected,
    e.CorrectionSeen: _correction_seen,
    e.Offered: _offered,
    e.OfferTimedOut: _not_taken,
    e.OfferDeclined: _not_taken,
    e.HumanJoined: _joined,
    e.AgentWrote: _wrote,
    e.CallRecorded: _called,
    e.HumanLeft: _left,
    e.Parked: _parked,
    e.HandedBack: _handed_back,
    e.Resolved: _resolved,
}
