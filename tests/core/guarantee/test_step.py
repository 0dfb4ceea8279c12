from typing import Any

import pytest

from gehoor.core.guarantee.step import Commit, Step, Violation


@pytest.mark.parametrize("kind", [Step, Commit, Violation])
def test_that_what_a_guarantee_is_checked_over_cannot_be_changed(kind: Any) -> None:
    assert kind.__dataclass_params__.frozen
