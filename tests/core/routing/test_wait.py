import random

from gehoor.core.routing.wait import ENOUGH, RECENT, STEPS, Guess, errors, estimate, mean_span, told
from gehoor.core.time import MINUTE, SECOND

TEN = 10 * MINUTE


def test_that_a_free_agent_means_no_wait() -> None:
    assert estimate(0, 1, 3, None) == 0
    assert estimate(2, 3, 3, TEN) == 0


def test_that_each_customer_ahead_takes_their_share_of_the_hands() -> None:
    assert estimate(0, 0, 1, TEN) == TEN, "until the one conversation ends"
    assert estimate(0, 0, 5, TEN) == TEN // 5
    assert estimate(4, 0, 5, TEN) == TEN
    assert estimate(4, 2, 5, TEN) == 3 * TEN // 5, "two of them go at once"


def test_that_what_is_not_known_is_not_made_up() -> None:
    assert estimate(0, 0, 0, TEN) is None, "nobody is there"
    assert estimate(0, 0, 3, None) is None, "too little was seen"
    assert mean_span([TEN] * (ENOUGH - 1), [TEN]) is None


def test_that_conversations_that_still_run_count() -> None:
    assert mean_span([TEN] * ENOUGH, []) == TEN
    assert mean_span([TEN] * ENOUGH, [ENOUGH * TEN]) == 2 * TEN


def test_that_the_mean_is_right_though_only_short_conversations_have_ended_yet() -> None:
    """Twenty agents began at once, and only what ended within half a mean was seen: at most half of what is true. The
    mean comes out all the same."""
    random.seed(7)
    found = []
    for _ in range(300):
        spans = [int(random.expovariate(1 / TEN)) for _ in range(20)]
        ended = [span for span in spans if span <= TEN // 2]
        mean = mean_span(ended, [TEN // 2] * (20 - len(ended)))
        if mean is not None:
            found.append(mean)
    assert abs(sum(found) / len(found) / TEN - 1) < 0.2


def test_that_the_wait_is_told_in_coarse_steps_upwards() -> None:
    assert told(0) == told(59 * SECOND) == MINUTE
    assert told(MINUTE + 1) == 2 * MINUTE
    assert told(6 * MINUTE) == 10 * MINUTE
    assert told(25 * MINUTE) == 30 * MINUTE
    assert told(9 * 60 * MINUTE) == STEPS[-1]
    assert all(told(step) == step for step in STEPS)


def test_that_the_error_is_measured_by_the_hour() -> None:
    guesses = [
        Guess(9, 10 * MINUTE, 8 * MINUTE),
        Guess(9, 10 * MINUTE, 30 * MINUTE),
        Guess(9, 60 * MINUTE, 20 * MINUTE),
        Guess(9, None, 5 * MINUTE),
        Guess(14, None, 5 * MINUTE),
    ]
    nine, two = errors(guesses)
    assert (nine.hour, nine.count, nine.unknown) == (9, 3, 1)
    assert nine.bias == (2 - 20 + 40) * MINUTE // 3
    assert nine.median_error == 20 * MINUTE
    assert nine.close == 1
    assert (two.hour, two.count, two.unknown) == (14, 0, 1)
    assert errors([]) == ()


def test_that_close_is_between_half_and_double_or_within_two_minutes() -> None:
    def close(said: int, happened: int) -> bool:
        return errors([Guess(9, said * MINUTE, happened * MINUTE)])[0].close == 1

    assert close(10, 5)
    assert close(10, 20)
    assert close(1, 3)
    assert not close(10, 4)
    assert not close(10, 21)


def test_that_enough_is_less_than_what_is_kept() -> None:
    assert ENOUGH < RECENT
