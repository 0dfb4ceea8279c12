"""One command before the rules: everything a decision may look at, and the shape of what it returns."""

from __future__ import annotations

from dataclasses import dataclass

from gehoor.core.conversation.commands import Order
from gehoor.core.conversation.events import Event
from gehoor.core.conversation.model import Actor, ActorKind, Control, Phase, Record
from gehoor.core.guarantee.standing import Situation
from gehoor.core.policy import Policy, Said
from gehoor.core.time import Instant

HOUSE = Actor(ActorKind.HOUSE)


@dataclass(slots=True)
class Told:
    """A fact to be, with the words that belong to it. ``actor`` None: the one who gave the command."""

    event: Event
    text: str = ""
    masked: str = ""
    actor: Actor | None = None


@dataclass(slots=True)
class Case:
    """What a rule sees. It branches on ``control``, ``situation``, the command, the policy and ``now``; never on
    ``record``, from which it only copies."""

    control: Control
    record: Record
    situation: Situation
    policy: Policy
    now: Instant
    order: Order

    @property
    def floor(self) -> Phase:
        """Who has the floor."""
        return self.control.phase

    def say(self, id: str, name: str = "", language: str = "", **params: str) -> Said:
        """An approved sentence in the language of the conversation; without an AI, the one that speaks of none.

        Args:
            language: of the message that it answers, where that may be another; said in it when there are the words.
        """
        wording = self.policy.wording
        alone = f"{id}_no_ai"
        spoken = alone if not self.policy.ai and wording.has(alone) else id
        known = language if wording.speaks(language, spoken) else self.record.language
        return wording.say(spoken, known, name, **params)


def by_house(event: Event, said: Said | None = None) -> Told:
    """A fact of the house itself, with its notice."""
    return Told(event, said.text if said else "", "", HOUSE)
