"""The one door to the rules: pick the actor's file. Pure and total; an expected "no" is a ``Refused``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.commands import Order
from gehoor.core.conversation.model import ActorKind, State
from gehoor.core.decide import bot, customer, house, partner, post, recall, staff, support
from gehoor.core.decide.case import Case, Told
from gehoor.core.errors import NotAllowed
from gehoor.core.guarantee.standing import situation
from gehoor.core.policy import Policy
from gehoor.core.time import Instant

_Rule = tuple[ActorKind, Callable[[Case, Any], list[Told]]]

RULES: Final[dict[type, _Rule]] = {
    c.StartConversation: (ActorKind.CUSTOMER, customer.start),
    c.WriteMessage: (ActorKind.CUSTOMER, customer.write),
    c.AskForHuman: (ActorKind.CUSTOMER, customer.ask_for_human),
    c.ChoosePromise: (ActorKind.CUSTOMER, customer.choose_promise),
    c.WithdrawRequest: (ActorKind.CUSTOMER, customer.withdraw),
    c.ChooseSupport: (ActorKind.CUSTOMER, support.choose),
    c.GiveFeedback: (ActorKind.CUSTOMER, customer.feedback),
    c.MarkDelivered: (ActorKind.CUSTOMER, customer.mark_delivered),
    c.BotAnswered: (ActorKind.AI, bot.answered),
    c.BotSuggests: (ActorKind.AI, bot.suggests),
    c.BotDoesNotKnow: (ActorKind.AI, bot.does_not_know),
    c.AcceptOffer: (ActorKind.HUMAN, staff.accept),
    c.DeclineOffer: (ActorKind.HUMAN, staff.decline),
    c.SendReply: (ActorKind.HUMAN, staff.reply),
    c.WriteNote: (ActorKind.HUMAN, staff.note),
    c.RecordCall: (ActorKind.HUMAN, staff.record_call),
    c.TransferTo: (ActorKind.HUMAN, staff.transfer),
    c.HandBack: (ActorKind.HUMAN, staff.hand_back),
    c.Park: (ActorKind.HUMAN, staff.park),
    c.Resolve: (ActorKind.HUMAN, staff.resolve),
    c.RaiseSignals: (ActorKind.HOUSE, bot.heard_more),
    c.OfferToAgent: (ActorKind.HOUSE, house.offer),
    c.NobodyFree: (ActorKind.HOUSE, house.nobody_free),
    c.LoseAgent: (ActorKind.HOUSE, house.lose_agent),
    c.RingTimer: (ActorKind.HOUSE, house.ring),
    c.Remind: (ActorKind.HOUSE, house.remind),
    c.PostTold: (ActorKind.HOUSE, post.told),
    c.PartnerTold: (ActorKind.HOUSE, partner.told),
    c.PartnerDown: (ActorKind.HOUSE, partner.down),
    c.GiveCorrection: (ActorKind.HOUSE, recall.correct),
    c.TellByPhone: (ActorKind.HOUSE, recall.tell_by_phone),
}


def decide(state: State, order: Order, policy: Policy, now: Instant) -> list[Told]:
    """The facts that follow from one command, with their words; none when nothing changes.

    Raises:
        Refused: a rule says no (not_allowed, not_yours, not_now).
    """
    actor, rule = RULES[type(order.command)]
    if order.actor.kind is not actor:
        raise NotAllowed(f"Only {actor} may do this.")
    if actor is ActorKind.HUMAN and order.actor.id != order.command.agent:  # type: ignore[union-attr]  # of staff
        raise NotAllowed("Nobody acts in the name of a colleague.")
    verdicts = situation(state, order.command, now)
    return rule(Case(state.control, state.record, verdicts, policy, now, order), order.command)
