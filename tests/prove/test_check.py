"""The exhaustive check: it finds nothing wrong, and what it takes for the same really is the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gehoor.cli import prove
from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import fold
from gehoor.core.conversation.model import SUPPORT, Danger, Heard, Phase, Signal, State
from gehoor.core.decide.dispatch import RULES
from gehoor.core.guarantee.heard import Course, course, offer_reason
from gehoor.core.ids import ClientId
from gehoor.core.policy import Policy
from gehoor.core.time import HOUR, later
from gehoor.prove.check import CHECKED, Edge, Explorer, Figures, Node, outcome, traps
from gehoor.prove.line import check_queue
from gehoor.prove.model import (
    ceiling,
    clock_moves,
    key,
    moments,
    names,
    new_conversation,
    office,
    rough_key,
    said_before,
)
from gehoor.prove.moves import HEARD, Move, moves, standings

LONGEST = 60
Verdicts = dict[str, object]


@pytest.fixture(scope="module")
def explored() -> Explorer:
    explorer = Explorer(office())
    explorer.run()
    return explorer


@pytest.fixture(scope="module")
def roughly() -> Explorer:
    explorer = Explorer(office(), rough_key)
    explorer.run()
    return explorer


def test_that_no_guarantee_can_be_broken(explored: Explorer) -> None:
    assert [(one.guarantee, one.sentence, one.path) for one in explored.figures.found] == []


def test_that_the_queue_is_fair_whatever_stands_in_it() -> None:
    queues, wrong = check_queue()
    assert wrong == []
    assert queues > 50_000


def test_that_every_phase_every_command_and_every_fact_was_met(explored: Explorer) -> None:
    assert {node.state.control.phase for node in explored.nodes.values()} == set(Phase)
    tried = {type(move.order.command) for node in explored.nodes.values() for move in moves(node.state)}
    assert tried == set(RULES)
    assert explored.made == set(get_args(e.Event))


def test_that_the_figures_say_how_much_was_explored(explored: Explorer) -> None:
    figures = explored.figures
    assert figures.states == len(explored.nodes) > 1000
    assert figures.commands > figures.transitions > figures.states
    assert figures.transitions == sum(len(node.edges) for node in explored.nodes.values())


def test_that_the_coarser_key_leaves_no_state_out(explored: Explorer, roughly: Explorer) -> None:
    assert {rough_key(node.state) for node in explored.nodes.values()} == set(roughly.nodes)
    assert roughly.figures.found == []


# -- is what shares a key the same? ----------------------------------------------------------------------------------


def verdicts(state: State, policy: Policy, abstraction: Callable[[State], Hashable]) -> Verdicts:
    """What comes of each move: the refusal, or the kinds of facts and the key of the state after them."""
    found: Verdicts = {}
    for move in moves(state):
        facts, refused = outcome(state, move, policy, move.at)
        found[move.name] = refused if facts is None else (names(facts), abstraction(fold(state, facts)))
    return found


def walk(random: Random, steps: int) -> State:
    """A history as anything may come: any move, mostly one that does something, after any while."""
    state = new_conversation()
    for _ in range(steps):
        possible = list(moves(state))
        for move in random.sample(possible, len(possible)):
            at = later(move.at, random.choice((0, 0, 0, HOUR, 30 * HOUR)))
            facts, _ = outcome(state, move, office(), at)
            if facts and (random.random() < 0.9 or "impostor" not in move.name):
                state = fold(state, facts)
                break
    return state


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), steps=st.integers(0, LONGEST))
def test_that_a_concrete_history_does_what_the_explored_state_with_its_key_does(
    explored: Explorer, roughly: Explorer, seed: int, steps: int
) -> None:
    state = walk(Random(seed), steps)
    for explorer, abstraction in ((explored, key), (roughly, rough_key)):
        concrete = verdicts(state, office(), abstraction)
        stand_ins = [one.state for one in explorer.stand_ins(explorer.nodes[abstraction(state)])]
        said = [other for one in stand_ins for other in said_before(one)]
        abstract = [verdicts(one, office(), abstraction) for one in (*stand_ins, *said)]
        for name in concrete.keys() & abstract[0].keys():
            assert concrete[name] in [one[name] for one in abstract], name
        # A clock that is overdue in one of them cannot ring too early there; nothing else may differ.
        assert all(name.endswith("too early") for name in concrete.keys() ^ abstract[0].keys())


@pytest.mark.soak
def test_that_the_whole_of_control_has_no_state_beside_the_explored_ones(explored: Explorer) -> None:
    whole = Explorer(office(), lambda state: (state.control, key(state)))
    whole.run()
    assert whole.figures.found == []
    assert {key(node.state) for node in whole.nodes.values()} == set(explored.nodes)


BESIDE = {"DangerAsked", "ReceiptGiven", "SupportOffered"}
"""Notices that come beside the course of a message, whatever that is."""


@given(
    st.builds(
        Heard,
        **{name: st.sampled_from(Signal) for name, kind in Heard.__annotations__.items() if kind == "Signal"},
        urgent_kind=st.sampled_from([None, "gas", "brand", "what nobody thought of"]),
        danger=st.sampled_from(Danger),
        support=st.lists(st.sampled_from(SUPPORT), unique=True).map(tuple),
    )
)
def test_that_whatever_is_heard_acts_as_one_of_the_kinds_that_are_tried(roughly: Explorer, heard: Heard) -> None:
    def kind(one: Heard) -> tuple[object, ...]:
        what = course(one)
        perhaps = what in (Course.ANSWER, Course.WITHDRAWAL, Course.IDENTITY)
        return what, perhaps and offer_reason(one) is not None, perhaps and one.asks_identity is Signal.MAYBE

    def course_of(found: tuple[str, ...]) -> list[str]:
        return [name for name in found if name not in BESIDE]

    alike = next((one for one in HEARD.values() if kind(one) == kind(heard)), None)
    if alike is None:  # words to withdraw, and perhaps a question whether this is a person: each is tried by itself
        assert course(heard) is Course.WITHDRAWAL
        return
    for node in list(roughly.nodes.values())[::7]:
        made = []
        for one in (heard, alike):
            move = next(move for move in moves(node.state) if isinstance(move.order.command, c.WriteMessage))
            order = replace(move.order, command=c.WriteMessage(ClientId("client"), one, "text", "text"))
            facts, refused = outcome(node.state, Move("write", order, move.at), office(), move.at)
            made.append(refused if facts is None else course_of(names(facts)))
        assert made[0] == made[1]


# -- does it see what it should? -------------------------------------------------------------------------------------


def node(phase: Phase, requested: bool, *edges: Edge) -> Node:
    state = new_conversation()
    control = replace(state.control, phase=phase, requested=requested)
    return Node(State(state.record, control), ("somehow",), (), list(edges))


def edge(to: str, by: str = "house", rings: bool = True, ends: bool = False, promises: bool = False) -> Edge:
    return Edge("move", by, rings, ends, promises, to)


def test_that_a_place_without_a_way_out_is_a_trap() -> None:
    nodes: dict[Hashable, Node] = {
        "a": node(Phase.WAITING, True, edge("b", promises=True)),
        "b": node(Phase.WAITING, True, edge("a", promises=True), edge("c", by="customer", rings=False, ends=True)),
        "c": node(Phase.RESOLVED, False),
    }
    assert {fault[0] for fault, _ in traps(nodes)} == {"KEEP"}


def test_that_clocks_that_run_in_a_circle_are_a_trap() -> None:
    nodes: dict[Hashable, Node] = {
        "a": node(Phase.WAITING, True, edge("b"), edge("c", by="owner", rings=False, ends=True)),
        "b": node(Phase.WAITING, True, edge("a"), edge("c", by="owner", rings=False, ends=True)),
        "c": node(Phase.RESOLVED, False),
    }
    assert {fault[0] for fault, _ in traps(nodes)} == {"NO-DEAD-END"}


def test_that_an_open_conversation_without_a_clock_is_a_trap() -> None:
    nodes: dict[Hashable, Node] = {"a": node(Phase.AI, False)}
    assert [fault for fault, _ in traps(nodes)] == [("NO-DEAD-END", "No clock leads on from here.")]


def test_that_a_way_out_is_no_trap() -> None:
    nodes: dict[Hashable, Node] = {
        "a": node(Phase.WAITING, True, edge("b", promises=True)),
        "b": node(Phase.WAITING, True, edge("b", promises=True), edge("c", by="owner", rings=False, ends=True)),
        "c": node(Phase.RESOLVED, False),
    }
    assert list(traps(nodes)) == []


def test_that_moments_are_on_both_sides_of_the_opening_hours_and_before_the_clock_is_moved() -> None:
    policy, start = office(), new_conversation().record.at
    found = moments(policy, start)
    assert [policy.open_now(one.at) for one in found[:3]] == [False, True, False]
    assert all(one.at > start for one in found)
    moved = clock_moves(policy.hours, date(2026, 11, 24))
    assert moved - found[3].at == 60_000_000


def test_that_the_ceiling_is_the_end_of_the_next_working_day() -> None:
    policy, monday = office(), new_conversation().record.at
    assert ceiling(policy.hours, monday) - monday == (24 + 7) * HOUR
    week = [ceiling(policy.hours, later(monday, day * 24 * HOUR)) for day in range(7)]
    assert all(before <= after for before, after in pairwise(week))
    assert week[4] == week[5] == week[6]  # Friday, Saturday and Sunday: Monday


def test_that_nobody_is_two_people_at_once(roughly: Explorer) -> None:
    for one in roughly.nodes.values():
        found = standings(one.state)
        assert len(set(found.values())) == len(found)


# -- the command -----------------------------------------------------------------------------------------------------


def test_that_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "explore", lambda: Figures(states=12, transitions=3456))
    assert prove.check(as_json=False) == 0
    told = capsys.readouterr().out
    assert "12" in told
    assert "3,456" in told
    assert prove.check(as_json=True) == 0
    read = json.loads(capsys.readouterr().out)
    assert read["states"] == 12
    assert read["checked"] == list(CHECKED)


def test_that_a_violation_is_told_with_its_path_and_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer = Explorer(office(), rough_key, until="REACH")
    monkeypatch.setattr("gehoor.prove.check.outcome", lambda *_: (None, "not_now"))
    explorer.nodes.clear()
    state = new_conversation()
    started = State(state.record, replace(state.control, phase=Phase.AI))
    monkeypatch.setattr("gehoor.prove.check.new_conversation", lambda: started)
    figures = explorer.run()
    monkeypatch.setattr(prove, "explore", lambda: figures)
    assert prove.check(as_json=False) == 1
    told = capsys.readouterr().out
    assert "REACH: A request for a person was refused." in told
    assert "1. customer: ask" in told
