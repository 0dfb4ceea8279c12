"""Letters to customers, carried out: each is a job, sent at least once under one Message-ID, and what became of it is a
fact.

A letter that the other server does not take now is tried again, with growing waits, for some hours; then it counts as
refused. One that was overtaken by what happened since is not sent at all. A bounce comes back under the token of its
letter, also days later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import structlog

from gehoor.core.consequences import SendMail, consequences
from gehoor.core.conversation import commands as c
from gehoor.core.conversation.model import LetterKind, Posted
from gehoor.core.errors import Unknown
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.policy import Policy
from gehoor.core.time import HOUR, MINUTE, SECOND, later
from gehoor.flows.alarms import Alarm, AlarmKind
from gehoor.flows.envelopes import Subject, about_alarm, to_customer, worth_sending
from gehoor.flows.people import contact_of, staff_by_id
from gehoor.flows.read import open_words
from gehoor.flows.record import HOUSE, Recorder
from gehoor.ports.outbound import Letter, Outcome, Receipt
from gehoor.ports.store import Job
from gehoor.ports.world import World

_LOG = structlog.get_logger()
WAITS: Final = (30 * SECOND, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR)
"""How long after each try the next one comes; after the last, the last again."""
GIVE_UP: Final = 4 * HOUR
"""After how long a letter that no server takes counts as refused: the promise it tells of comes near."""
TOO_LATE: Final = "deferred"
_TROUBLE: Final = 3
"""So many letters in a row that could not be handed over, and something is wrong with our own mail."""


class Post:
    """Sends letters, and tells what became of them.

    ``trouble``: why letters do not leave the house at all, as far as can be told; empty when they do.
    """

    def __init__(self, world: World, recorder: Recorder, policy: Callable[[], Policy]) -> None:
        self._world = world
        self._recorder = recorder
        self._policy = policy
        self._deferred = 0
        # Letters about alarms that went out, while others about the same alarm did not yet.
        self._told: set[str] = set()
        self.trouble = ""

    # -- letters to a customer ---------------------------------------------------------------------------------------

    async def carry_out(self, job: Job) -> None:
        """Sends the letter of a job, if there is still something to say and an address to say it to."""
        letter = await self._letter(job)
        if letter is None:
            await self._world.store.finish(job.key, job.run_at)
            return
        receipt = await self.send_now(letter)
        if receipt.outcome is Outcome.ACCEPTED:
            await self._tell(job, Posted.ACCEPTED, "")
        elif receipt.outcome is Outcome.REFUSED:
            await self._tell(job, Posted.REFUSED, receipt.code)
        elif self._world.clock.now() - job.run_at >= GIVE_UP:
            await self._tell(job, Posted.REFUSED, TOO_LATE)
        else:
            wait = WAITS[min(max(job.attempts, 1), len(WAITS)) - 1]
            await self._world.store.hold(job.key, job.run_at, later(self._world.clock.now(), wait))

    async def _tell(self, job: Job, posted: Posted, code: str) -> None:
        kind, seq = _argument(job)
        told = c.PostTold(kind, seq, posted, code)
        outcome = await self._recorder.submit(job.conversation, told, HOUSE, done=(job.key,))
        if not outcome.facts:
            await self._world.store.finish(job.key, job.run_at)

    async def _letter(self, job: Job) -> Letter | None:
        """The letter of a job; None when there is nobody to send it to, or nothing to say any more."""
        kind, seq = _argument(job)
        if not self._world.outbound.mail.registered:
            return None
        try:
            state = await self._recorder.state(job.conversation)
        except Unknown:
            return None
        to = (await contact_of(self._world, job.conversation)).get("email", "")
        facts = {fact.seq: fact for fact in await self._world.store.facts(job.conversation, seq - 2)}
        subject = Subject(facts[seq], facts.get(seq - 1), state)
        if not to or not worth_sending(kind, subject):
            return None
        if kind in (LetterKind.ANSWER, LetterKind.CORRECTION):
            subject = await self._with_answer(job.conversation, subject)
        return to_customer(self._policy(), kind, subject, to, self._world.outbound.public_url)

    async def _with_answer(self, id: ConversationId, subject: Subject) -> Subject:
        """With the words of the fact, and the name of the person whose they are."""
        fact = subject.fact
        sealed = {one.seq: one.text for one in await self._world.store.words(id, fact.seq - 1)}
        staff = await staff_by_id(self._world, StaffId(fact.actor.id))
        answer = open_words(self._world, id, fact.seq, sealed)
        return replace(subject, answer=answer, name=staff.name if staff else "")

    async def bounced(self, token: str, code: str) -> None:
        """A letter came back. Told again, or about a letter that nobody knows any more, it changes nothing."""
        conversation, _, seq = token.rpartition(".")
        if not conversation or not seq.isdigit():
            _LOG.warning("a bounce is about no letter to a customer")
            return
        id = ConversationId(conversation)
        facts = {fact.seq: fact for fact in await self._world.store.facts(id, int(seq) - 1)}
        sent = () if int(seq) not in facts else consequences(facts[int(seq)].event, int(seq))
        for effect in sent:
            if isinstance(effect, SendMail):
                told = c.PostTold(effect.letter, int(seq), Posted.BOUNCED, code)
                await self._recorder.submit(id, told, HOUSE)

    # -- other letters -----------------------------------------------------------------------------------------------

    async def mail_alarm(self, alarm: Alarm) -> bool:
        """A letter to each address of the policy that wants to know of alarms; not when it is the mail that fails.
        Whether there is none left that should be tried again."""
        policy, outbound = self._policy(), self._world.outbound
        if not outbound.mail.registered or alarm.kind is AlarmKind.MAIL_FAILING:
            return True
        letters = [
            about_alarm(policy, alarm, to, number, outbound.public_url) for number, to in enumerate(policy.alarm_mail)
        ]
        for letter in letters:
            if letter.id not in self._told and (await self.send_now(letter)).outcome is not Outcome.DEFERRED:
                self._told.add(letter.id)
        if any(letter.id not in self._told for letter in letters):
            return False
        self._told.difference_update(letter.id for letter in letters)
        return True

    async def send_now(self, letter: Letter) -> Receipt:
        """Hands a letter over, and keeps count of those that cannot be: also one that is no job, for which a customer
        waits and asks again when it does not come."""
        receipt = await self._world.outbound.mail.send(letter)
        if receipt.outcome is Outcome.DEFERRED:
            self._deferred += 1
            self.trouble = receipt.code if self._deferred >= _TROUBLE else self.trouble
        else:
            self._deferred, self.trouble = 0, ""
        return receipt


def _argument(job: Job) -> tuple[LetterKind, int]:
    kind, _, seq = job.argument.partition(":")
    return LetterKind(kind), int(seq)
