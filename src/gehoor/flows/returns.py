"""Coming back: the code that is given with a request for a person, what it opens, and the second thing for the words.

The code is a second secret of 65 bits. It is kept only as a keyed index, ends some days after the conversation, and a
new one ends the old one. It opens the place and the promise. The words are opened by a second thing: the device that
the conversation began on, or a number of six digits that is sent to the address that the customer left.
"""

from __future__ import annotations

import hmac
import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

from gehoor.core.conversation.model import Phase
from gehoor.core.conversation.view import ConversationView
from gehoor.core.errors import NotNow, TooOften, Unknown
from gehoor.core.ids import CODE_BITS, ConversationId, read_return_code, return_code
from gehoor.core.time import DAY, HOUR, MINUTE, Instant, later
from gehoor.flows.people import hashed
from gehoor.ports.feed import Passing
from gehoor.ports.peers import Said
from gehoor.ports.people import Access, ReturnCode, Scope
from gehoor.ports.world import World

PROOFS: Final = "proofs"
"""What processes tell each other of numbers."""
CODE_SPAN: Final = 90 * DAY
AFTER_THE_END: Final = 7 * DAY
ACCESS_SPAN: Final = DAY
_MOST_KNOWN: Final = 20_000
PROOF_SPAN: Final = 10 * MINUTE
"""How long a number fits."""
_PROOF_TRIES: Final = 5
_MOST_PROOFS: Final = 3


@dataclass(frozen=True, slots=True)
class Returned:
    """Somebody came back: the token that their browser holds from now on, and what it opens."""

    token: str
    access: Access
    language: str


async def give_code(world: World, id: ConversationId, asks: Access | None = None) -> str:
    """A new code for the conversation; the one before it ends, and so do the tokens that were given for it.

    Args:
        asks: the token of who asks for it, which goes on.
    """
    now = world.clock.now()
    code = return_code(int.from_bytes(hashed(world.ids.token())) % (1 << CODE_BITS))
    await world.people.put_return_code(ReturnCode(id, _index(world, code), later(now, CODE_SPAN)), now)
    if asks is not None and await world.store.token_hash(id) != asks.token_hash:
        await world.people.put_access(asks)
    return code


async def first_code(world: World, id: ConversationId, again: bool) -> str | None:
    """The code that goes with a request: once. ``again``: the answer with the first one may have been lost."""
    if not again and await world.people.return_code_of(id, world.clock.now()) is not None:
        return None
    return await give_code(world, id)


async def come_back(world: World, typed: str, holds: Access | None) -> Returned:
    """Exchanges a code for a token.

    Args:
        holds: what the browser that asks holds already. On the device of the conversation the words are open too.

    Raises:
        Unknown: there is no such code, or it ended. Both look the same.
    """
    now, code = world.clock.now(), read_return_code(typed)
    found = await world.people.return_code(_index(world, code), now) if code else None
    view = await world.store.view(found.conversation) if found else None
    if view is None or has_ended(view, now):
        raise Unknown("code_unknown", field="code")
    same_device = holds is not None and holds.conversation == view.id and holds.scope is Scope.WORDS
    scope, token = Scope.WORDS if same_device else Scope.PLACE, world.ids.token()
    access = Access(hashed(token), view.id, scope, 0 if same_device else view.seq, later(now, ACCESS_SPAN))
    await world.people.put_access(access)
    return Returned(token, access, view.language)


def has_ended(view: ConversationView, now: Instant) -> bool:
    """Whether a conversation ended so long ago that a code no longer opens it."""
    return view.phase is Phase.RESOLVED and now > later(view.at, AFTER_THE_END)


async def open_words(world: World, access: Access) -> Access:
    """The same token, for every word from now on."""
    opened = replace(access, scope=Scope.WORDS, since=0)
    await world.people.put_access(opened)
    return opened


def _index(world: World, code: str) -> bytes:
    return world.keys.blind_index("return_code", code)


@dataclass(frozen=True, slots=True)
class _Proof:
    digest: bytes
    ends_at: Instant
    tries: int


class Proofs:
    """The numbers of six digits that were sent to customers, for ten minutes. Each may be tried five times, and a
    conversation gets three of them in an hour. Every process hears of them, under a keyed digest."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sent: OrderedDict[ConversationId, _Proof] = OrderedDict()
        self._count: OrderedDict[ConversationId, list[int]] = OrderedDict()

    def make(self, id: ConversationId) -> str:
        """A new number; the one before it no longer fits.

        Raises:
            TooOften: too many were sent for this conversation.
        """
        now = self._world.clock.now()
        recent = [at for at in self._count.get(id, []) if at > now - HOUR]
        if len(recent) >= _MOST_PROOFS:
            raise TooOften("proof_too_often", retry_after_s=3600)
        number = f"{int.from_bytes(hashed(self._world.ids.token())) % 1_000_000:06d}"
        self._count[id] = [*recent, now]
        self._keep(id, _Proof(self._digest(id, number), later(now, PROOF_SPAN), 0))
        return number

    def check(self, id: ConversationId, typed: str) -> None:
        """Whether it is the number that was sent; it fits once.

        Raises:
            NotNow: it is not, it is too old, or it was tried too often.
        """
        number = "".join(character for character in typed[:40] if character.isdigit())
        proof = self._sent.get(id)
        if proof is None or proof.ends_at <= self._world.clock.now() or proof.tries >= _PROOF_TRIES:
            raise NotNow("proof_ended", field="code")
        if not hmac.compare_digest(proof.digest, self._digest(id, number)):
            self._keep(id, replace(proof, tries=proof.tries + 1))
            raise NotNow("proof_wrong", field="code")
        self._keep(id, replace(proof, tries=_PROOF_TRIES))

    def hear(self, item: Passing) -> None:
        """Another process sent a number, or had it tried."""
        digest, ends_at, tries, sent = json.loads(item.data)
        id = ConversationId(item.kind)
        self._sent[id], self._count[id] = _Proof(bytes.fromhex(digest), Instant(ends_at), tries), sent
        self._bound()

    def _keep(self, id: ConversationId, proof: _Proof) -> None:
        self._sent[id] = proof
        self._bound()
        told = json.dumps([proof.digest.hex(), proof.ends_at, proof.tries, self._count.get(id, [])])
        self._world.peers.tell((Said(PROOFS, Passing(id, told.encode())),))

    def _bound(self) -> None:
        for kept in (self._count, self._sent):
            if len(kept) > _MOST_KNOWN:
                kept.popitem(last=False)

    def _digest(self, id: ConversationId, number: str) -> bytes:
        return self._world.keys.blind_index("proof", f"{id}:{number}")
