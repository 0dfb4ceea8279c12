"""What agents may do. One party owns the conversation at any moment (ONE-VOICE)."""

from __future__ import annotations

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import MOST_TRIES
from gehoor.core.conversation.model import Danger, Phase, Reached, Timer
from gehoor.core.decide.case import Case, Told, by_house
from gehoor.core.decide.customer import promise_kept
from gehoor.core.decide.request import wait_unless_promised
from gehoor.core.errors import NotNow, NotYours
from gehoor.core.guarantee import deadlines
from gehoor.core.guarantee.standing import Standing
from gehoor.core.ids import OfferId, StaffId


def accept(case: Case, command: c.AcceptOffer) -> list[Told]:
    """Take an offer, or pick up the customer who is first in line (TURN)."""
    standing = case.situation.standing
    if standing is Standing.OWNER:
        return []
    offered = standing is Standing.OFFERED
    if not offered and case.floor is not Phase.WAITING:
        raise NotYours("Een collega heeft dit gesprek, of het wacht niet meer.")
    if not offered and not command.first_in_line:
        raise NotNow("Een andere klant wacht langer. Die komt eerst.")
    said = case.say("joined", name=command.name)
    answer_by = deadlines.agent_answers_by(case.policy, case.now)
    return [Told(e.HumanJoined(command.agent, answer_by, said.template), said.text)]


def decline(case: Case, command: c.DeclineOffer) -> list[Told]:
    """Pass an offer on; the customer keeps the place."""
    if case.situation.standing is not Standing.OFFERED:
        return []
    return [Told(e.OfferDeclined(command.agent, offer_of(case), command.reason))]


def reply(case: Case, command: c.SendReply) -> list[Told]:
    """A person's own words to the customer."""
    _refuse_others(case)
    idle = deadlines.idle_at(case.policy, case.now)
    event = e.AgentWrote(
        command.agent, command.client_id, command.hold_line, command.draft, idle, command.by_mail, command.sources
    )
    return [Told(event, command.text, command.masked)]


def note(case: Case, command: c.WriteNote) -> list[Told]:
    """A note for colleagues, by any of them."""
    if case.floor is Phase.NEW:
        raise NotNow("Dit gesprek is nog niet begonnen.")
    return [Told(e.NoteWritten(command.agent, command.client_id), command.text, command.masked)]


def record_call(case: Case, command: c.RecordCall) -> list[Told]:
    """A call to the customer: spoken to, so reached; or not: one try, and the next on another part of a day (KEEP)."""
    _refuse_others(case)
    idle = deadlines.idle_at(case.policy, case.now)
    told = [Told(e.CallRecorded(command.agent, command.answered, idle))]
    if not command.answered and case.control.requested and case.control.danger is Danger.NONE:
        told += parked(case, command.agent, "call")
    if command.answered and case.control.promised:
        told.append(promise_kept(case))
    return told


def transfer(case: Case, command: c.TransferTo) -> list[Told]:
    """To a colleague, or back to the queue; the customer goes to the front."""
    _refuse_others(case)
    return [left(case, command.agent, "transferred", command)]


def hand_back(case: Case, command: c.HandBack) -> list[Told]:
    """The floor back to the AI; only when the customer's request has been answered (KEEP)."""
    _refuse_others(case)
    _refuse_unanswered(case)
    if not case.policy.ai:
        raise NotNow("Er is hier geen AI-assistent. Rond het gesprek af, of draag het over.")
    said = case.say("handed_back")
    idle = deadlines.idle_at(case.policy, case.now)
    told = [Told(e.HandedBack(command.agent, idle, said.template), said.text)]
    if Timer.AGENT in case.control.armed:  # the customer's last words are not answered yet
        due = e.BotTurnDue(case.record.last_customer_seq, deadlines.bot_answers_by(case.policy, case.now))
        told.append(by_house(due))
    return told


def park(case: Case, command: c.Park) -> list[Told]:
    """The answer stands ready but was not seen: try again on another part of a working day, three times (KEEP)."""
    _refuse_others(case)
    if case.control.reached is not Reached.TRIED:
        raise NotNow("Parkeren kan als u een antwoord hebt geschreven dat de klant nog niet heeft gezien.")
    return parked(case, command.agent, "chat")


def parked(case: Case, agent: StaffId, how: str) -> list[Told]:
    """The facts of one try that did not reach the customer."""
    count = case.control.tries + 1
    tried = Told(e.PromiseTried(count, how))
    if count < MOST_TRIES:
        return [tried, Told(e.Parked(agent, deadlines.try_again_at(case.policy, case.now)))]
    said = case.say("not_reached", phone=case.policy.contact.phone)
    return [tried, by_house(e.PromiseNotReached(said.template), said), by_house(e.Resolved("not_reached", None))]


def resolve(case: Case, _command: c.Resolve) -> list[Told]:
    """The end; never before a person's answer reached the customer (KEEP), nor over words that nobody has read."""
    _refuse_others(case)
    _refuse_unanswered(case)
    if not case.situation.current:
        raise NotNow("De klant heeft intussen nog iets geschreven. Lees dat eerst.", can="reply")
    said = case.say("resolved")
    return [Told(e.Resolved("answered", said.template), said.text)]


def left(case: Case, agent: StaffId, reason: str, command: c.TransferTo | None = None) -> Told:
    """The person loses the floor; the customer waits again, in front."""
    said = case.say(f"left_{reason}")
    wanted = command.to if command else None
    return Told(e.HumanLeft(agent, reason, wait_unless_promised(case), wanted, said.template), said.text)


def offer_of(case: Case) -> OfferId:
    """The id of the offer that runs."""
    offer = case.record.offer
    return OfferId("") if offer is None else offer


def _refuse_others(case: Case) -> None:
    if case.floor is not Phase.HUMAN:
        raise NotNow("U hebt dit gesprek niet meer. Neem het eerst over.")
    if case.situation.standing is not Standing.OWNER:
        raise NotYours("Een collega heeft dit gesprek.")


def _refuse_unanswered(case: Case) -> None:
    if not case.control.requested:
        return
    if case.control.reached is Reached.TRIED:
        raise NotNow("De klant heeft uw antwoord nog niet gezien. U kunt het gesprek parkeren.", can="park")
    raise NotNow("De klant wacht nog op een antwoord van een medewerker.", can="reply")
