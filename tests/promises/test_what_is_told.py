"""What the rules tell, over every command in every state that two steps lead to: the approved words, and for a program
the word that says why."""

from collections import defaultdict
from dataclasses import replace
from functools import cache

from gehoor.core.conversation import events as e
from gehoor.core.conversation.evolve import fold
from gehoor.core.conversation.model import ActorKind, State
from gehoor.core.decide.case import Told
from gehoor.core.decide.dispatch import decide
from gehoor.core.errors import Refused
from gehoor.core.policy import Policy
from gehoor.prove.model import key, office, take
from gehoor.prove.moves import Move, moves
from tests.core.situations import after
from tests.promises.told import BEGINNINGS

WORDS_OF_THE_AI = (e.BotReplied, e.BotSuggested, e.BotAbstained)
WORDS_OF_PEOPLE = (e.MessageReceived, e.AgentWrote, e.NoteWritten)

WHY = {
    ("HumanRequested", "how"): {"button", "words", "danger", "topic", "support", "fault", "no_ai", "recall"},
    ("RequestWithdrawn", "how"): {"button", "words"},
    ("PromiseTried", "how"): {"call", "chat"},
    ("HumanOffered", "reason"): {
        *(
            "words_maybe",
            "urgent_maybe",
            "people_only",
            "not_helped",
            "unknown",
            "two_turns",
            "given_before",
            "recall",
        ),
    },
    ("BotAbstained", "reason"): {"people_only", "unknown", "given_before"},
    ("HumanLeft", "reason"): {"transferred", "silent", "lost"},
    ("ReturnedToQueue", "reason"): {"danger", "try_again", "customer_back"},
    ("PartnerSilent", "why"): {"silent", "nothing_done", "not_reached", "down"},
    ("Resolved", "reason"): {"answered", "idle", "not_reached"},
}
"""Every word that a program reads, as the glossary and the lists of the desk know it."""

AGAIN = ("ReturnedToQueue reason=try_again", "HumanJoined", "AgentWrote")
STORIES = (
    *((f"begin {name}",) for name in BEGINNINGS),
    ("begin asked", "BotReplied source=new@1", "MessageReceived | BotTurnDue"),
    ("begin parked", *AGAIN, "PromiseTried | Parked", *AGAIN),
)


@cache
def everything() -> tuple[tuple[State, Move, Policy, tuple[Told, ...]], ...]:
    """Each state with each command that is taken in it, and what is told."""
    found = []
    for policy in (office(), replace(office(), ai=False)):
        states = {key(state): state for state in (after(*story) for story in STORIES)}
        for state in list(states.values()):
            for move in moves(state):
                told = _told(state, move, policy)
                if told:
                    next_one = fold(state, take(state, move.order, policy, move.at))
                    states.setdefault(key(next_one), next_one)
        for state in states.values():
            found += [(state, move, policy, told) for move in moves(state) if (told := _told(state, move, policy))]
    return tuple(found)


def _told(state: State, move: Move, policy: Policy) -> tuple[Told, ...]:
    try:
        return tuple(decide(state, move.order, policy, move.at))
    except Refused:
        return ()


def test_that_every_notice_is_the_approved_sentence_with_everything_filled_in() -> None:
    for _, _, policy, told in everything():
        for one in told:
            template = getattr(one.event, "template", None)
            if template is None or isinstance(one.event, e.CorrectionGiven):  # whose words a person approved
                continue
            sentence = policy.wording.sentences[template.language][template.id]
            assert one.text == sentence.format(name="Anna", **dict(template.params)), template.id


def test_that_words_are_kept_with_a_copy_that_a_model_may_read() -> None:
    for _, move, _, told in everything():
        for one in told:
            if isinstance(one.event, WORDS_OF_THE_AI):
                assert one.masked == one.text != ""
            elif isinstance(one.event, WORDS_OF_PEOPLE):
                command = move.order.command
                assert (one.text, one.masked) == (getattr(command, "text", None), getattr(command, "masked", None))
            elif isinstance(one.event, e.ModelConsulted):  # it was masked before it was sent
                asked = getattr(move.order.command, "consulted", None)
                assert asked is not None
                assert one.text == one.masked == asked.words
            else:
                assert one.masked == ""


def test_that_what_follows_by_itself_is_told_by_the_house() -> None:
    own = {ActorKind.CUSTOMER: 0, ActorKind.AI: 0, ActorKind.HUMAN: 0}
    for _, move, _, told in everything():
        for one in told:
            kind = (one.actor or move.order.actor).kind
            if kind is not ActorKind.HOUSE:
                own[kind] += 1
                assert one.actor is None, f"{type(one.event).__name__} was told in somebody's name"
    assert all(own.values())


def test_that_every_word_that_says_why_is_known_and_used() -> None:
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, _, _, told in everything():
        for one in told:
            for name in ("how", "reason", "why"):
                place = (type(one.event).__name__, name)
                if place in WHY:
                    used[place].add(getattr(one.event, name))
    assert dict(used) == WHY
