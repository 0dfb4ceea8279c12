"""``gehoor check``: every command of every actor in every reachable state of a conversation, and the queue.

Breadth first from NEW, so that the first path to a fault is a shortest one. One state stands for all with its key
(``model.key``). Beside the predicates of core/guarantee/promises.py it looks for what a trace alone cannot show: a
rule that breaks down, a request that is refused somewhere, a clock that rings for ever, a place from which no path
leads on.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import repeat
from multiprocessing import get_context
from typing import Final

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import fold
from gehoor.core.conversation.model import Phase, State
from gehoor.core.errors import NotAllowed, Refused
from gehoor.core.guarantee.judge import violations
from gehoor.core.policy import Policy
from gehoor.core.time import Instant
from gehoor.prove.line import check_queue
from gehoor.prove.model import (
    Moment,
    has,
    key,
    listened_to,
    moments,
    names,
    new_conversation,
    office,
    said_before,
    take,
)
from gehoor.prove.moves import WRITES_ON, Move, asks_what_was_said, is_ring, moves, wrong_hands
from gehoor.prove.verdicts import (
    Fault,
    has_a_window,
    instants,
    may_do_nothing,
    refused_rightly,
    survives_a_restart,
    took_rightly,
)

CHECKED: Final = (
    *("REACH", "KEEP", "SILENCE", "CLOCK", "TURN", "NO-DEAD-END", "HONEST", "DISCLOSED", "GROUNDED", "NO-LOOP"),
    *("URGENT", "ONE-VOICE", "PRIVATE", "TOTAL"),
)
"""The guarantees of guarantees.md that are about conversations and their queue; TOTAL: no rule ever breaks down."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One step to another state. ``ends``: it ended a request; ``promises``: it told when, or whom to call now."""

    move: str
    by: str
    rings: bool
    ends: bool
    promises: bool
    to: Hashable


@dataclass(slots=True)
class Node:
    """One reachable state, how it was first reached, and where it leads."""

    state: State
    path: tuple[str, ...]
    facts: tuple[e.Fact, ...]
    edges: list[Edge] = field(default_factory=list)


@dataclass(slots=True)
class Found:
    """A fault, the shortest path to it, and on how many steps it shows."""

    guarantee: str
    sentence: str
    path: tuple[str, ...]
    times: int = 1


@dataclass(slots=True)
class Figures:
    """What was explored, and what was found. ``actions``: the most that a customer must do, from any state, to be with
    a person, in the queue for one, or promised one; ``by_the_hour``: how many commands asked the opening hours, and so
    were tried at other moments as well."""

    states: int = 0
    transitions: int = 0
    commands: int = 0
    refused: int = 0
    by_the_hour: int = 0
    queues: int = 0
    actions: int = 0
    seconds: float = 0.0
    checked: tuple[str, ...] = CHECKED
    found: list[Found] = field(default_factory=list)


class Explorer:
    """Explores one conversation.

    Args:
        abstraction: which states stand for each other.
        until: stop at the first fault against this guarantee; None goes on to the end.
        parts, of: everything is visited, and of every ``of`` states those in ``parts`` are looked at: so that several
            processes share the work, and each finds the same states in the same order.
    """

    def __init__(
        self,
        policy: Policy,
        abstraction: Callable[[State], Hashable] = key,
        until: str | None = None,
        parts: frozenset[int] = frozenset({0}),
        of: int = 1,
    ) -> None:
        self._parts, self._of = parts, of
        self._expanded = 0
        self._asked: list[str] = []
        self.policy = replace(policy, hours=listened_to(policy.hours, self._asked))
        self.nodes: dict[Hashable, Node] = {}
        self.figures = Figures()
        self.made: set[type] = set()
        self._key = abstraction
        self._until = until
        self._faults: dict[Fault, Found] = {}
        self._queue: deque[Node] = deque()

    def run(self) -> Figures:
        """Explores everything that can be reached, and looks at the whole of it."""
        self._visit(Node(new_conversation(), (), ()))
        while self._queue and not self._had_enough():
            self._expand(self._queue.popleft())
        if not self._had_enough() and 0 in self._parts:
            self._hands_that_may_not()
            for fault, path in traps(self.nodes):
                self._report(fault, path)
        self.figures.states = len(self.nodes)
        self.figures.found = list(self._faults.values())
        return self.figures

    def _had_enough(self) -> bool:
        return any(guarantee == self._until for guarantee, _ in self._faults)

    def _visit(self, node: Node) -> Hashable:
        known = self._key(node.state)
        if known not in self.nodes:
            self.nodes[known] = node
            self._queue.append(node)
            if len(self.nodes) % self._of in self._parts and not survives_a_restart(node.state, node.facts):
                self._report(("KEEP", "After a restart the conversation is in another state."), node.path)
        return known

    def stand_ins(self, node: Node) -> Iterator[Node]:
        """The states that are tried for a key. Two turns of the AI stand for two or more, so three are tried too."""
        yield node
        if len(node.state.record.turns) == 2:
            wrote = next(move for move in moves(node.state) if move.name == WRITES_ON)
            facts, _ = outcome(node.state, wrote, self.policy, wrote.at)
            after = fold(node.state, facts or ())
            if self._key(after) == self._key(node.state):
                yield Node(after, (*node.path, wrote.name), (*node.facts, *(facts or ())), node.edges)

    def _expand(self, known: Node) -> None:
        looked_at = self._expanded % self._of in self._parts
        self._expanded += 1
        for node in self.stand_ins(known):
            if looked_at:
                self._try_everything(node)
            else:
                self._only_visit(node)

    def _only_visit(self, node: Node) -> None:
        """The states that follow, so that every process finds the same ones; another one looks at this state, and
        tells when a move that may do nothing does something."""
        for move in moves(node.state):
            facts = None if may_do_nothing(move) else outcome(node.state, move, self.policy, move.at)[0]
            if facts:
                node.edges.append(self._edge(node, move, facts, fold(node.state, facts)))

    def _try_everything(self, node: Node) -> None:
        self._try(node, moves(node.state))
        for state in said_before(node.state):
            other = Node(state, (*node.path, "(whatever was said before)"), node.facts, node.edges)
            self._try(other, filter(asks_what_was_said, moves(state)))

    def _try(self, node: Node, possible: Iterable[Move]) -> None:
        times = moments(self.policy, node.state.record.at)
        for move in possible:
            self.figures.commands += 1
            self._asked.clear()
            facts, fault = outcome(node.state, move, self.policy, move.at)
            path = (*node.path, move.name)
            # A rule that asked the opening hours for nothing does the same at every hour.
            if self._asked and not may_do_nothing(move):
                self.figures.by_the_hour += 1
                for wrong in self._at_other_times(node.state, move, facts, fault, times):
                    self._report(wrong, path)
            if facts is None:
                self.figures.refused += 1
                for wrong in refused_rightly(node.state, move, fault):
                    self._report(wrong, path)
                continue
            if isinstance(move.order.command, c.AskForHuman):
                self.figures.actions = max(self.figures.actions, 1)
            self.made |= {type(fact.event) for fact in facts}
            after, broken = violations(node.state, facts)
            for violation in broken:
                self._report((violation.guarantee, violation.sentence), path)
            for wrong in took_rightly(node.state, move, facts, after, self.policy):
                self._report(wrong, path)
            if facts:
                self.figures.transitions += 1
                node.edges.append(self._edge(node, move, facts, after))

    def _edge(self, node: Node, move: Move, facts: tuple[e.Fact, ...], after: State) -> Edge:
        to = self._visit(Node(after, (*node.path, move.name), (*node.facts, *facts)))
        ends = node.state.control.requested and not after.control.requested
        promises = has(facts, e.PromiseMade, e.CallNowShown)
        return Edge(move.name, move.by, is_ring(move), ends, promises, to)

    def _at_other_times(
        self, state: State, move: Move, facts: tuple[e.Fact, ...] | None, fault: Fault | str, times: tuple[Moment, ...]
    ) -> Iterator[Fault]:
        """The same command outside opening hours, and where the clock is moved: no other verdict, no other promise."""
        expected = fault if facts is None else names(facts)
        for moment in times:
            if moment.at < move.at:
                continue
            other, other_fault = outcome(state, move, self.policy, moment.at)
            # A window is over at some moments, and that is no other verdict.
            if not has_a_window(move) and (other_fault if other is None else names(other)) != expected:
                yield "TOTAL", f"{moment.name} the rules decide otherwise than at other times."
            for fact in other or ():
                yield from instants(state, fact, self.policy)

    def _hands_that_may_not(self) -> None:
        """Every command by every kind of actor that may not give it, once in each phase."""
        seen: set[Phase] = set()
        for node in self.nodes.values():
            if node.state.control.phase in seen:
                continue
            seen.add(node.state.control.phase)
            for move in wrong_hands(node.state):
                self.figures.commands += 1
                facts, fault = outcome(node.state, move, self.policy, move.at)
                if facts is not None or fault != NotAllowed.code:
                    self._report(("HONEST", "A command was taken from somebody who may not give it."), node.path)

    def _report(self, fault: Fault, path: tuple[str, ...]) -> None:
        known = self._faults.get(fault)
        if known is None:
            self._faults[fault] = Found(*fault, path)
        else:
            known.times += 1


def outcome(state: State, move: Move, policy: Policy, at: Instant) -> tuple[tuple[e.Fact, ...] | None, Fault | str]:
    """The facts; or None with the code of the refusal, or with the fault when a rule broke down."""
    try:
        return take(state, move.order, policy, at), ""
    except Refused as no:
        return None, no.code
    except Exception as broken:  # whatever it is, it is the finding
        return None, ("TOTAL", f"A rule broke down: {type(broken).__name__}: {broken}")


def traps(nodes: dict[Hashable, Node]) -> Iterator[tuple[Fault, tuple[str, ...]]]:
    """States with an open request from which house and staff cannot end it rightly, or in which the clocks of the
    house alone do not come to a promise, a number to call, or a person's own next step."""
    waiting = {at: node for at, node in nodes.items() if node.state.control.requested}
    for at in waiting.keys() - _leads_to_an_end(waiting):
        yield ("KEEP", "From here house and staff cannot end the request rightly."), nodes[at].path
    for at in waiting.keys() - _promised_by_clocks(waiting):
        yield ("NO-DEAD-END", "From here the clocks alone never come to a promise."), nodes[at].path
    for node in nodes.values():
        is_open = node.state.control.phase not in (Phase.NEW, Phase.RESOLVED)
        if is_open and not any(edge.rings for edge in node.edges):
            yield ("NO-DEAD-END", "No clock leads on from here."), node.path


def _leads_to_an_end(waiting: dict[Hashable, Node]) -> set[Hashable]:
    """From where some path of house and staff ends the request. In a finite graph in which that holds everywhere,
    every fair run ends it. A request that ended otherwise than KEEP allows is a violation already."""
    good: set[Hashable] = set()
    grows = True
    while grows:
        grows = False
        for at, node in waiting.items():
            ours = (edge for edge in node.edges if edge.by not in ("customer", "ai"))
            if at not in good and any(edge.ends or edge.to in good for edge in ours):
                good.add(at)
                grows = True
    return good


def _promised_by_clocks(waiting: dict[Hashable, Node]) -> set[Hashable]:
    """From where every path of ringing clocks comes to a promise, the number to call, or the end."""
    good: set[Hashable] = set()
    grows = True
    while grows:
        grows = False
        for at, node in waiting.items():
            rings = [edge for edge in node.edges if edge.rings]
            if at not in good and rings and all(edge.ends or edge.promises or edge.to in good for edge in rings):
                good.add(at)
                grows = True
    return good


def check(policy: Policy | None = None, processes: int = 2) -> Figures:
    """Explores the conversation and the queue.

    Args:
        processes: among how many the work is shared; 1 starts none.
    """
    started = time.monotonic()
    chosen = policy or office()
    if processes == 1:
        return _together([_part(chosen, frozenset({0}), 1)], started)
    # Who looks at the queue as well, the last one, looks at a third fewer states. Spawned: a process that has threads
    # and locks of its own is not copied.
    of = 3 * processes - 1
    shares = [frozenset(range(3 * at, min(3 * at + 3, of))) for at in range(processes)]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        parts = list(pool.map(_part, repeat(chosen), shares, repeat(of)))
    return _together(parts, started)


def _part(policy: Policy, parts: frozenset[int], of: int) -> Figures:
    """What one process finds; the last one looks at the queue as well."""
    figures = Explorer(policy, parts=parts, of=of).run()
    if of - 1 in parts:
        figures.queues, wrong = check_queue()
        figures.found += [Found("TURN", sentence, (where,)) for sentence, where in wrong]
    return figures


def _together(parts: list[Figures], started: float) -> Figures:
    """One set of figures; a fault that several processes found is one fault, with its shortest path."""
    found: dict[Fault, Found] = {}
    for one in (one for part in parts for one in part.found):
        known = found.setdefault((one.guarantee, one.sentence), Found(one.guarantee, one.sentence, one.path, 0))
        known.times += one.times
        known.path = min(known.path, one.path, key=len)
    return Figures(
        states=parts[0].states,
        transitions=sum(one.transitions for one in parts),
        commands=sum(one.commands for one in parts),
        refused=sum(one.refused for one in parts),
        by_the_hour=sum(one.by_the_hour for one in parts),
        queues=sum(one.queues for one in parts),
        actions=max(one.actions for one in parts),
        seconds=time.monotonic() - started,
        found=list(found.values()),
    )
