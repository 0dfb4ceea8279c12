"""What a wrong answer costs against a needless "I do not know": the organisation chooses, and thresholds follow.

All costs are in one unit: that of a customer who is sent on to a person. Probabilities are from 0 to 1. Source: the
rule with the least expected cost (Chow, "On optimum recognition error and reject tradeoff", 1970).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gehoor.core.knowledge.ladder import Severity


@dataclass(frozen=True, slots=True)
class Costs:
    """``wrong_answer``: a customer who was told something that is not the answer. ``idle_suggestion``: three titles of
    which none was meant, read for nothing (the person comes after it all the same). ``chosen_suggestion``: the right
    one among the three, which still takes a click and a look."""

    wrong_answer: float
    idle_suggestion: float
    chosen_suggestion: float


USUAL_COSTS: Final = Costs(wrong_answer=20.0, idle_suggestion=0.5, chosen_suggestion=0.2)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Least probability to answer with the best candidate; least sum of the best three to suggest them."""

    answer: float
    suggest: float


def thresholds_of(costs: Costs) -> Thresholds:
    """Where answering, or suggesting, is expected to cost as much as sending the customer on to a person.

    To a person costs 1. An answer that is right with probability p costs (1 - p) * wrong_answer. A suggestion with the
    right one among the three with probability q costs q * chosen + (1 - q) * (1 + idle).
    """
    answer = 1.0 - 1.0 / max(costs.wrong_answer, 1.0)
    gain = 1.0 + costs.idle_suggestion - costs.chosen_suggestion
    suggest = costs.idle_suggestion / gain if gain > 0 else 1.0
    return Thresholds(answer, min(max(suggest, 0.0), 1.0))


TIMES: Final[Mapping[Severity, float]] = {Severity.ORDINARY: 1.0, Severity.SERIOUS: 5.0, Severity.GRAVE: 25.0}
"""How much more a wrong answer costs where it can cost the customer money or a right, or do harm that stays."""


def stricter(threshold: float, severity: Severity) -> float:
    """The least probability to answer about a topic where errors are worse."""
    return 1.0 - (1.0 - threshold) / TIMES[severity]
