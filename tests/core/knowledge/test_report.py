import json

import pytest

from gehoor.core.knowledge.report import as_data, report
from gehoor.core.knowledge.score import Judged

JUDGED = [
    Judged("a", ("a",), ("a",), True, 0.9, 0.9, language="nl", kind="boos"),
    Judged("b", ("a",), ("a",), True, 0.8, 0.7, language="nl"),
    Judged(None, ("a",), (), False, 0.1, 0.1, language="tr"),
]


def test_the_report_tells_the_figures_by_topic_language_and_kind() -> None:
    found = report(JUDGED)
    assert found.figures.first_right.count == 1
    assert {name: one.answered_wrong.count for name, one in found.by_topic.items()} == {"a": 0, "b": 1}
    assert found.by_language["tr"].abstained_right.count == 1
    # A question of no kind belongs to no group.
    assert {name: one.first_right.total for name, one in found.by_kind.items()} == {"boos": 1}


def test_what_it_expects_to_be_wrong_is_the_doubt_it_answered_with() -> None:
    assert report(JUDGED).expected_wrong == pytest.approx((0.1 + 0.3) / 2)
    assert report(JUDGED[2:]).expected_wrong is None


def test_as_data_it_can_be_written_down() -> None:
    told = json.loads(json.dumps(as_data(report(JUDGED))))
    assert told["first_right"]["total"] == 2
    assert told["reliability"]["bins"][0]["right"]["total"] == 1
    assert told["by_topic"]["b"]["answered_wrong"]["count"] == 1
    assert told["curve"][-1]["precision"]["total"] == 3
