from dataclasses import fields, is_dataclass
from typing import get_args

from gehoor.core.conversation import commands as c
from gehoor.core.conversation import events as e

COMMANDS = get_args(c.Command)


def test_that_the_union_of_commands_is_closed_and_frozen() -> None:
    assert len(COMMANDS) == len(set(COMMANDS)) == 31
    assert all(getattr(kind, "__dataclass_params__").frozen for kind in COMMANDS)  # noqa: B009
    declared = {kind for kind in vars(c).values() if is_dataclass(kind) and kind.__module__ == c.__name__}
    assert declared - {c.Order} == set(COMMANDS)


def test_that_every_command_belongs_to_one_actor() -> None:
    actors = [c.CustomerCommand, c.BotCommand, c.StaffCommand, c.HouseCommand]
    assert sum(len(get_args(actor)) for actor in actors) == len(COMMANDS)


def test_that_every_command_of_staff_says_which_agent() -> None:
    assert all("agent" in {one.name for one in fields(kind)} for kind in get_args(c.StaffCommand))


def test_that_what_a_customer_or_agent_may_send_twice_carries_an_id() -> None:
    repeated = (
        *(c.WriteMessage, c.AskForHuman, c.ChoosePromise, c.WithdrawRequest, c.GiveFeedback),
        *(c.SendReply, c.WriteNote),
    )
    assert all("client_id" in {one.name for one in fields(kind)} for kind in repeated)
    assert not any(kind in COMMANDS for kind in get_args(e.Event))
