"""What people found of answers: two judge each one, blind to each other; where they do not agree a third does.

Agreement is told beside the errors: a rate over which the judges do not agree says little. The measure is of Cohen,
"A coefficient of agreement for nominal scales", 1960.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gehoor.core.knowledge.ladder import GRAVITY, Figures, Verdict, figures_of, worse
from gehoor.core.knowledge.sample import Case, Sample
from gehoor.core.knowledge.score import Share, wilson

TWO: Final = 2


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one member of staff found."""

    staff: str
    verdict: Verdict


def settled(opinions: Sequence[Opinion]) -> Verdict | None:
    """What counts: of two who agree what they say; of three the middle one; None while somebody must still judge."""
    found = [one.verdict for one in opinions]
    if len(found) < TWO or (len(found) == TWO and found[0] is not found[1]):
        return None
    return sorted(found, key=GRAVITY.index)[(len(found) - 1) // 2]


def worst_of(opinions: Sequence[Opinion]) -> Verdict | None:
    """As ``settled``, but of two who do not agree the worse counts meanwhile: a topic is not kept up by a doubt."""
    if len(opinions) == TWO:
        return worse(opinions[0].verdict, opinions[1].verdict)
    return settled(opinions)


def wants(opinions: Sequence[Opinion], staff: str) -> bool:
    """Whether this member of staff may still judge: not who did already, and nobody once it is settled."""
    return settled(opinions) is None and all(one.staff != staff for one in opinions)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over the first two who judged each case. ``kappa``: how far beyond chance they agree, 1 when always; None when
    there is no case, or when both always said the same one thing, so that chance explains everything."""

    share: Share
    kappa: float | None


def agreement(pairs: Sequence[tuple[Verdict, Verdict]]) -> Agreement:
    """How often two judges say the same."""
    total = len(pairs)
    same = sum(one is other for one, other in pairs)
    if total == 0:
        return Agreement(wilson(0, 0), None)
    by_chance = sum(
        sum(one is verdict for one, _ in pairs) * sum(other is verdict for _, other in pairs) for verdict in Verdict
    )
    expected = by_chance / (total * total)
    kappa = None if expected >= 1.0 else (same / total - expected) / (1.0 - expected)
    return Agreement(wilson(same, total), kappa)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a group of answers: by verdict, and the shares that were right and wrong. Harmful is wrong."""

    verdicts: Figures
    right: Share
    wrong: Share


def found_of(verdicts: Sequence[Verdict]) -> Found:
    """The figures over settled cases."""
    figures = figures_of(verdicts)
    return Found(figures, figures.right_share, figures.wrong_share)


@dataclass(frozen=True, slots=True)
class Quality:
    """The live figures over some weeks.

    ``live``: over the answers that chance chose, which alone may stand for all; ``followed``: those that a request for
    a person followed, chosen by chance or not; ``compared``: what the AI would have said, and what agents said.
    ``by_...``: of ``live``. ``cases``: how many there are to judge, ``waiting`` of which have no verdict yet, and
    ``third`` of those wait for a third person; ``erased`` cannot be judged any more.
    """

    answers: int
    cases: int
    waiting: int
    third: int
    erased: int
    agreement: Agreement
    live: Found
    followed: Found
    compared: Mapping[str, Found]
    by_topic: Mapping[str, Found]
    by_language: Mapping[str, Found]
    by_source: Mapping[str, Found]


Opinions = Callable[[Case], Sequence[Opinion]]
Gone = Callable[[Case], bool]


def quality(samples: Sequence[Sample], opinions: Opinions, gone: Gone) -> Quality:
    """The figures over samples.

    Args:
        opinions: what was found of a case, in the order in which it was said.
        gone: whether its conversation was erased.
    """
    cases = [case for one in samples for case in one.cases]
    verdicts = {case: settled(opinions(case)) for case in cases}
    open_cases = [case for case in cases if verdicts[case] is None]
    erased = [case for case in open_cases if gone(case)]
    live = [case for one in samples for case in one.chosen]
    followed = [case for one in samples for case in (*one.chosen, *one.followed) if case.followed]
    compared = [case for one in samples for case in one.compared]
    said = [tuple(opinions(case)[:TWO]) for case in cases]

    def by(group: Callable[[Case], str], of: Sequence[Case]) -> dict[str, Found]:
        groups: dict[str, list[Verdict]] = {}
        for case in of:
            verdict = verdicts[case]
            if verdict is not None:
                groups.setdefault(group(case), []).append(verdict)
        return {name: found_of(groups[name]) for name in sorted(groups)}

    def over(of: Sequence[Case]) -> Found:
        return found_of([verdict for case in of if (verdict := verdicts[case]) is not None])

    return Quality(
        answers=sum(one.answers for one in samples),
        cases=len(cases),
        waiting=len(open_cases) - len(erased),
        third=sum(len(opinions(case)) >= TWO and not gone(case) for case in open_cases),
        erased=len(erased),
        agreement=agreement([(one[0].verdict, one[1].verdict) for one in said if len(one) == TWO]),
        live=over(live),
        followed=over(followed),
        compared=by(lambda case: case.by, compared),
        by_topic=by(lambda case: case.article, live),
        by_language=by(lambda case: case.language, live),
        by_source=by(lambda case: f"{case.article} {case.version}", live),
    )
