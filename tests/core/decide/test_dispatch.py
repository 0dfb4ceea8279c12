from typing import get_args

import pytest

from gehoor.core.conversation import commands as c
from gehoor.core.conversation.model import Actor, ActorKind
from gehoor.core.decide.dispatch import RULES
from gehoor.core.errors import NotAllowed
from tests.core.situations import AI, ANNA, BRAM, CLIENT, CUSTOMER, HOUSE, START, after, give


def test_that_every_command_has_a_rule_of_its_actor() -> None:
    assert set(RULES) == set(get_args(c.Command))
    owners = {ActorKind.CUSTOMER: c.CustomerCommand, ActorKind.AI: c.BotCommand, ActorKind.HUMAN: c.StaffCommand}
    for kind, commands in {**owners, ActorKind.HOUSE: c.HouseCommand}.items():
        assert all(RULES[command][0] is kind for command in get_args(commands))


@pytest.mark.parametrize("actor", [AI, HOUSE, Actor(ActorKind.HUMAN, ANNA)])
def test_that_only_a_customer_begins_a_conversation(actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        give(after(), START, actor)


@pytest.mark.parametrize("actor", [AI, HOUSE, CUSTOMER])
def test_that_only_a_person_writes_as_a_person(actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        give(after("begin human"), c.SendReply(ANNA, CLIENT, "x", "x"), actor)


def test_that_nobody_acts_in_the_name_of_a_colleague() -> None:
    for command in (c.SendReply(ANNA, CLIENT, "x", "x"), c.WriteNote(ANNA, CLIENT, "x", "x"), c.Resolve(ANNA)):
        with pytest.raises(NotAllowed):
            give(after("begin human"), command, Actor(ActorKind.HUMAN, BRAM))
