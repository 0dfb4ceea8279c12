"""Whatever order things happen in, every guarantee holds after each of them."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.promises.machine import Conversation

STEPS = 50


def run(conversations: int, shrink: bool = True) -> tuple[int, int]:
    """How many commands were given, and how many of them changed something. The same sequences every time."""
    Conversation.given = Conversation.taken = 0
    chosen = settings(
        max_examples=conversations,
        stateful_step_count=STEPS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Conversation, settings=chosen)
    return Conversation.given, Conversation.taken


def test_that_every_guarantee_holds_after_each_of_20_000_commands() -> None:
    given, taken = run(560)
    assert given >= 20_000
    assert taken >= given / 4, "nearly everything that was tried changed nothing"


@pytest.mark.soak
def test_that_every_guarantee_holds_after_each_of_200_000_commands(capsys: pytest.CaptureFixture[str]) -> None:
    given, taken = run(5_400)
    with capsys.disabled():
        print(f"\n{given:,} commands given, {taken:,} of them changed something, 0 violations")
    assert given >= 200_000
