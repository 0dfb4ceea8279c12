"""The arrows between the rooms of the house point down, and a fault cannot slip in."""

from pathlib import Path

import pytest

from tests.house.layers import CORE_ROOMS, FLOORS, NO_CIRCLES, ROOT, copy_tree, lint, plant


def test_that_every_arrow_in_the_house_points_down() -> None:
    verdict = lint(ROOT)
    assert verdict.passed, verdict.output
    assert "3 kept, 0 broken" in verdict.output


# Each row: what is planted (module, its line), the contract that must break, and the words that must name the fault.
FAULTS = {
    "core imports adapters": (
        [("gehoor.adapters.planted", ""), ("gehoor.core.planted_guest.door", "import gehoor.adapters.planted")],
        FLOORS,
        "gehoor.core.planted_guest.door -> gehoor.adapters.planted",
    ),
    "core imports ports": (
        [("gehoor.ports.planted", ""), ("gehoor.core.guarantee.planted", "from gehoor.ports import planted")],
        FLOORS,
        "gehoor.core.guarantee.planted -> gehoor.ports.planted",
    ),
    "flows import adapters": (
        [("gehoor.adapters.planted", ""), ("gehoor.flows.planted", "from gehoor.adapters import planted")],
        FLOORS,
        "gehoor.flows.planted -> gehoor.adapters.planted",
    ),
    "adapters import flows": (
        [("gehoor.flows.planted", ""), ("gehoor.adapters.stores.planted", "import gehoor.flows.planted")],
        FLOORS,
        "gehoor.adapters.stores.planted -> gehoor.flows.planted",
    ),
    "web imports boot": (
        [("gehoor.boot", ""), ("gehoor.web.planted", "from gehoor import boot")],
        FLOORS,
        "gehoor.web.planted -> gehoor.boot",
    ),
    "settings import web": (
        [("gehoor.web.planted", ""), ("gehoor.settings", "import gehoor.web.planted")],
        FLOORS,
        "gehoor.settings -> gehoor.web.planted",
    ),
    "a new room on the top floor": (
        [("gehoor.utils", "")],
        FLOORS,
        "gehoor.utils",
    ),
    "a new room in the core": (
        [("gehoor.core.helpers", "")],
        CORE_ROOMS,
        "gehoor.core.helpers",
    ),
    "the core's low room imports a high one": (
        [("gehoor.core.decide.planted", ""), ("gehoor.core.routing.planted", "import gehoor.core.decide.planted")],
        CORE_ROOMS,
        "gehoor.core.routing.planted -> gehoor.core.decide.planted",
    ),
    "neighbours in the core see each other": (
        [("gehoor.core.privacy.planted", ""), ("gehoor.core.knowledge.planted", "import gehoor.core.privacy.planted")],
        CORE_ROOMS,
        "gehoor.core.knowledge.planted -> gehoor.core.privacy.planted",
    ),
    "a circle between neighbours": (
        [
            ("gehoor.flows.planted_left", "import gehoor.flows.planted_right"),
            ("gehoor.flows.planted_right", "import gehoor.flows.planted_left"),
        ],
        NO_CIRCLES,
        "planted_left",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_that_a_planted_fault_is_caught(fault: str, tmp_path: Path) -> None:
    planted, contract, named = FAULTS[fault]
    tree = copy_tree(tmp_path)
    for module, line in planted:
        plant(tree, module, line)
    verdict = lint(tree)
    assert not verdict.passed
    assert verdict.broke(contract), verdict.output
    assert named in verdict.output, verdict.output
