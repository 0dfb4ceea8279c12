"""What everybody was told, held against what the store has: nothing lost, nothing doubled, no gap, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gehoor.core.consequences import AskPartner, SendMail, consequences
from gehoor.core.conversation import events as e
from gehoor.core.ids import ConversationId
from gehoor.core.time import HOUR, SECOND, Instant
from gehoor.ports.keys import Keys
from gehoor.ports.store import Store
from tests.survive.crowd import Talk, Told

_SPOKEN = (e.MessageReceived, e.AgentWrote)


@dataclass(slots=True)
class Found:
    """Everything that is wrong, by kind, each with the conversation; and what was looked at."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    disorder: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    requests_lost: list[str] = field(default_factory=list)
    facts: int = 0
    requests: int = 0
    letters: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    unsent: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)

    @property
    def wrong(self) -> dict[str, list[str]]:
        """What is wrong; empty when nothing is."""
        named = ("lost", "doubled", "gaps", "disorder", "changed", "requests_lost", "unsent")
        return {name: getattr(self, name) for name in named if getattr(self, name)}


async def compare(told: Told, store: Store, keys: Keys, now: Instant) -> Found:
    """Looks at every conversation that anybody was told of; nothing runs on the store any more."""
    found = Found()
    for talk in told.talks.values():
        loaded = await store.load(ConversationId(talk.id))
        if loaded is None:
            found.lost.append(f"{talk.id}: the whole conversation")
            continue
        _one(found, talk, loaded.facts)
        words = {one.seq: one.text for one in await store.words(ConversationId(talk.id))}
        for _, seq, text in (*talk.sent, *talk.answered):
            if seq not in words or keys.open(talk.id, f"text:{seq}", words[seq]) != text:
                found.changed.append(f"{talk.id}:{seq}")
    # Whatever is still to go out an hour from now was forgotten.
    jobs = await store.claim(Instant(now + HOUR), SECOND, 10_000)
    found.unsent = [job.key for job in jobs if job.kind in ("mail", "partner")]
    return found


def _one(found: Found, talk: Talk, facts: Sequence[e.Fact]) -> None:
    found.facts += len(facts)
    if [fact.seq for fact in facts] != list(range(1, len(facts) + 1)):
        found.gaps.append(f"{talk.id}: the facts")
    spoken = {fact.seq: fact.event.client_id for fact in facts if isinstance(fact.event, _SPOKEN)}
    times = Counter(spoken.values())
    found.doubled += [f"{talk.id}: {client_id}" for client_id, count in times.items() if count > 1]
    for client_id, seq, _ in (*talk.sent, *talk.answered):
        if spoken.get(seq) != client_id:
            found.lost.append(f"{talk.id}: {client_id} at {seq}")
    for sent in (talk.sent, talk.answered):
        seqs = [seq for _, seq, _ in sent]
        if seqs != sorted(seqs):
            found.disorder.append(f"{talk.id}: {seqs}")
    _shown(found, talk)
    if talk.asked:
        found.requests += 1
        if not any(isinstance(fact.event, e.HumanRequested) for fact in facts):
            found.requests_lost.append(talk.id)
    effects = [effect for fact in facts for effect in consequences(fact.event, fact.seq)]
    if talk.email:
        found.letters[talk.email] = sum(isinstance(one, SendMail) for one in effects)
        found.accepted[talk.email] = sum(isinstance(fact.event, e.MailAccepted) for fact in facts)
    found.calls[talk.id] = sum(isinstance(one, AskPartner) for one in effects)


def _shown(found: Found, talk: Talk) -> None:
    """The stream: each event once, in order, each the next one after the one before it."""
    seqs = [seq for seq, _ in talk.shown]
    if len(set(seqs)) != len(seqs):
        found.doubled.append(f"{talk.id}: shown {[seq for seq, count in Counter(seqs).items() if count > 1]}")
    before = 0
    for seq, prev in talk.shown:
        if prev != before:
            found.gaps.append(f"{talk.id}: {seq} was shown after {before}, not after {prev}")
        before = seq


def calls_too_many(found: Found, ids: Iterable[str]) -> list[str]:
    """The conversations for which the partner took more different calls than the facts ask for, by the ids of calls."""
    taken = Counter(id.partition(":")[0] for id in ids)
    return [id for id, count in taken.items() if count > found.calls[id]]


def letters_once(found: Found, ids: Iterable[tuple[str, str]]) -> tuple[list[str], int]:
    """The letters of each customer: more different ones than the facts ask for, or fewer than the facts say were taken
    (one that had become pointless was not sent); and how many came again.

    Args:
        ids: the address and the Message-ID of each letter that a mail server took.
    """
    taken: dict[str, list[str]] = {}
    for address, message in ids:
        taken.setdefault(address, []).append(message)
    wrong = [
        f"{address}: {len(set(taken.get(address, ())))} of {count}"
        for address, count in found.letters.items()
        if not found.accepted[address] <= len(set(taken.get(address, ()))) <= count
    ]
    return wrong, sum(len(one) - len(set(one)) for one in taken.values())
