"""``gehoor audit``: the guarantees over what is stored, and the evidence that it is what was stored.

It trusts nothing but the facts: every conversation is folded anew, every chain hashed anew from the records, every
checkpoint's signature checked and its root made again.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby, pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gehoor.adapters.stores.codec import encode, encode_entry
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import MOST_TRIES, begin, fold
from gehoor.core.conversation.model import Channel
from gehoor.core.conversation.view import view
from gehoor.core.errors import StoreFault
from gehoor.core.evidence.chain import GENESIS, checkpoint_bytes, leaf, link, merkle_root
from gehoor.core.guarantee.judge import judged, steps
from gehoor.core.guarantee.step import Step
from gehoor.core.ids import ConversationId
from gehoor.core.time import SECOND, Instant, local
from gehoor.ports.store import Head, Store
from gehoor.prove.receipts import wrong_receipts
from gehoor.prove.turns import Turn, passed_over, turns_of

HOUSE: Final = "house"
ROOTS: Final = 500
"""How many of the newest checkpoints have their root made again. One root covers everything before it."""

_UNDER_WAY: Final = 10 * SECOND
"""How long before a checkpoint was dated its heads may have been read."""

_LATE: Final = (0, 1, 2, -1)
_NOON: Final = (12, 30)


@dataclass(frozen=True, slots=True)
class Finding:
    """A guarantee that did not hold: where, and at which fact (0: the conversation as a whole)."""

    guarantee: str
    conversation: str
    seq: int
    sentence: str


@dataclass(slots=True)
class Audited:
    """What was read, and what was found. ``probes``: how many of the conversations were the house's own; ``in_period``:
    how many had a fact in the period that was asked for; ``turns``: how many changes of the queue were replayed."""

    conversations: int = 0
    probes: int = 0
    in_period: int = 0
    facts: int = 0
    turns: int = 0
    receipts: int = 0
    ledger: int = 0
    checkpoints: int = 0
    roots: int = 0
    signed_by: str = ""
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Link:
    """One record of a chain: when, and the head after it."""

    at: Instant
    head: bytes


Chains = dict[str, list[Link]]


def audit_facts(id: ConversationId, facts: Sequence[e.Fact], zone: ZoneInfo | None = None) -> list[Finding]:
    """Every guarantee over the facts of one conversation."""
    return audit_steps(id, list(steps(begin(id), facts)), zone)


def audit_steps(id: ConversationId, walked: Sequence[Step], zone: ZoneInfo | None = None) -> list[Finding]:
    """``audit_facts`` of a conversation whose steps were made already, from before its first fact."""
    facts = [step.fact for step in walked]
    found = [Finding("PROOF", id, seq, wrong) for seq, wrong in _in_order(facts)]
    for _, commit in groupby(walked, key=_cause):
        together = list(commit)
        _, broken = judged(together[0].before, tuple([step.fact for step in together]), together)
        found += [Finding(one.guarantee, id, one.seq, one.sentence) for one in broken]
    found += [Finding("KEEP", id, seq, wrong) for seq, wrong in _tried(facts, zone or ZoneInfo("Europe/Amsterdam"))]
    return found


def _cause(step: Step) -> str:
    return step.fact.cause


def _in_order(facts: Sequence[e.Fact]) -> Iterator[tuple[int, str]]:
    for place, fact in enumerate(facts, 1):
        if fact.seq != place:
            yield fact.seq, f"Fact {place} is missing or stands twice."
            return
    for before, after in pairwise(facts):
        if after.at < before.at:
            yield after.seq, "A fact is dated before the one it follows."


def _tried(facts: Sequence[e.Fact], zone: ZoneInfo) -> Iterator[tuple[int, str]]:
    """KEEP: who counts as not reached was tried on different parts of two days, after a written message."""
    tries: list[e.Fact] = []
    for fact in facts:
        if isinstance(fact.event, e.PromiseTried):
            tries.append(fact)
        if not isinstance(fact.event, e.PromiseNotReached):
            continue
        parts = {_part(one.at, zone) for one in tries[-MOST_TRIES:]}
        if len(parts) < MOST_TRIES or len({day for day, _ in parts}) < 2:
            yield fact.seq, "A customer counts as not reached without tries on different parts of two days."
        wrote = any(isinstance(one.event, e.AgentWrote) and not one.event.hold_line for one in facts[: fact.seq - 1])
        # After three calls that nobody answered, the written message is the one that says so, with the number to call.
        if not wrote and not fact.digest:
            yield fact.seq, "A customer counts as not reached without a written message."


def _part(at: Instant, zone: ZoneInfo) -> tuple[int, bool]:
    moment = local(at, zone)
    return moment.toordinal(), (moment.hour, moment.minute) >= _NOON


# -- the store -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Period:
    """From ``since`` up to ``until``; None: no bound."""

    since: Instant | None = None
    until: Instant | None = None

    def meets(self, facts: Sequence[e.Fact]) -> bool:
        """Whether one of the facts falls in it."""
        return any(self.holds(fact.at) for fact in facts)

    def holds(self, at: Instant) -> bool:
        """Whether the instant falls in it."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


async def audit(
    store: Store,
    checkpoints: Sequence[str] = (),
    roots: int = ROOTS,
    period: Period | None = None,
    receipts: Sequence[str] = (),
) -> Audited:
    """Everything that is stored.

    Args:
        checkpoints: the lines of the checkpoint file, oldest first.
        roots: how many of the newest checkpoints have their root made again.
        period: conversations without a fact in it are only read as evidence: chains and checkpoints are always whole.
        receipts: what customers have of their conversations, one JSON object each (prove/receipts.py).
    """
    done, chains, turns = Audited(), Chains(), list[Turn]()
    for id in await store.all_ids():
        chains[id] = await _conversation(store, id, done, period or Period(), turns)
    chains[HOUSE] = await _ledger(store, done)
    done.findings += _heads([one async for piece in store.heads() for one in piece], chains)
    done.findings += _checkpoints(checkpoints, chains, roots, done)
    done.turns, done.receipts = len(turns), len(receipts)
    for id, seq in passed_over(turns):
        done.findings.append(Finding("TURN", id, seq, "Somebody who waited longer in the same class was passed over."))
    heads = {name: [one.head for one in links] for name, links in chains.items()}
    done.findings += [Finding("PROOF", *wrong) for wrong in wrong_receipts(receipts, heads)]
    return done


async def _conversation(
    store: Store, id: ConversationId, done: Audited, period: Period, turns: list[Turn]
) -> list[Link]:
    done.conversations += 1
    try:
        loaded = await store.load(id)
        stored = await store.view(id)
    except StoreFault as fault:
        done.findings.append(Finding("PROOF", id, 0, fault.sentence))
        return []
    if loaded is None or stored is None:
        done.findings.append(Finding("PROOF", id, 0, "A conversation has no facts, or no stored view."))
        return []
    done.probes += stored.channel == Channel.PROBE
    done.facts += len(loaded.facts)
    turns += turns_of(id, loaded.facts)
    if period.meets(loaded.facts):
        done.in_period += 1
        done.findings += (one for one in audit_facts(id, loaded.facts) if _within(one, loaded.facts, period))
    links = _chain((fact.at, encode(fact)) for fact in loaded.facts)
    if (links[-1].head if links else GENESIS) != loaded.head:
        done.findings.append(Finding("PROOF", id, 0, "The chain of facts does not give the head that is stored."))
    state = fold(begin(id), loaded.facts)
    if view(state) != stored:
        done.findings.append(Finding("PROOF", id, state.record.seq, "The stored view is not what the facts give."))
    return links


def _within(finding: Finding, facts: Sequence[e.Fact], period: Period) -> bool:
    """Whether what is wrong happened in the period; what cannot be dated always counts."""
    dated = next((fact.at for fact in facts if fact.seq == finding.seq), None)
    return dated is None or period.holds(dated)


async def _ledger(store: Store, done: Audited) -> list[Link]:
    entries = await store.ledger()
    done.ledger = len(entries)
    links = _chain((one.at, encode_entry(one.number, one.at, one.kind, one.body)) for one in entries)
    for place, (entry, made) in enumerate(zip(entries, links, strict=True), 1):
        if entry.number != place or entry.hash != made.head:
            done.findings.append(Finding("PROOF", HOUSE, entry.number, "The house ledger was changed."))
            break
    return links


def _chain(records: Iterable[tuple[Instant, bytes]]) -> list[Link]:
    links, head = [], GENESIS
    for at, record in records:
        head = link(head, record)
        links.append(Link(at, head))
    return links


def _heads(heads: Sequence[Head], chains: Chains) -> Iterator[Finding]:
    for one in heads:
        links = chains.get(one.name, [])
        if (len(links), links[-1].head if links else GENESIS) != (one.length, one.head):
            yield Finding("PROOF", one.name, 0, "The stored end of a chain is not its end.")


# -- checkpoints -----------------------------------------------------------------------------------------------------


def _checkpoints(lines: Sequence[str], chains: Chains, roots: int, done: Audited) -> Iterator[Finding]:
    previous, key = b"", ""
    for number, line in enumerate(lines, 1):
        done.checkpoints += 1
        try:
            read = json.loads(line)
            wrong = _badly_signed(read, number, previous, key)
            key = done.signed_by = str(read["key"])
            if wrong is None and len(lines) - number < roots:
                done.roots += 1
                wrong = _other_root(read, chains)
        except (ValueError, KeyError, TypeError) as fault:
            wrong = f"A line of the checkpoint file cannot be read ({type(fault).__name__})."
        if wrong:
            yield Finding("PROOF", "checkpoint", number, wrong)
        previous = line.encode()


def _badly_signed(read: dict[str, Any], number: int, before: bytes, key: str) -> str | None:
    previous = bytes.fromhex(read["previous"])
    if read["number"] != number or previous != sha256(before).digest():
        return "A checkpoint is missing, or stands in another place."
    if key and read["key"] != key:
        return "A checkpoint is signed with another key than the one before it."
    signed = checkpoint_bytes(number, read["at"], read["chains"], bytes.fromhex(read["root"]), previous)
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(read["key"])).verify(bytes.fromhex(read["signature"]), signed)
    except InvalidSignature:
        return "A checkpoint's signature is not right."
    return None


def _other_root(read: dict[str, Any], chains: Chains) -> str | None:
    """Whether the chains, as they were then, give the root. The heads were read just before the checkpoint was dated,
    so what was written in between counts or does not, and a line of the ledger may have been dated a little before it
    was written; nothing older may differ."""
    at, root = read["at"], bytes.fromhex(read["root"])
    recent = {one.at for links in chains.values() for one in links if at - _UNDER_WAY < one.at <= at}
    for cut in sorted({*recent, at, at - _UNDER_WAY}, reverse=True):
        for late in _LATE:
            leaves = _leaves(chains, cut, late)
            if len(leaves) == read["chains"] and merkle_root(leaves) == root:
                return None
    return "What is stored is not what this checkpoint was made over."


def _leaves(chains: Chains, cut: int, late: int) -> list[bytes]:
    """The ends of all chains at a moment, with ``late`` lines of the ledger fewer (or more) than its dates say."""
    leaves = []
    for name in sorted(chains):
        links = chains[name]
        length = bisect_right(links, cut, key=lambda one: one.at)
        if name == HOUSE:
            length = min(max(length - late, 0), len(links))
        if length or name == HOUSE:
            leaves.append(leaf(name, length, links[length - 1].head if length else GENESIS))
    return leaves
