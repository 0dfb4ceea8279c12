import json

import pytest

from gehoor.prove.receipts import wrong_receipts

HEADS = {"c1": [b"\x01" * 32, b"\x02" * 32]}


def receipt(conversation: str = "c1", position: int = 2, head: bytes = b"\x02" * 32) -> str:
    return json.dumps({"conversation": conversation, "position": position, "hash": head.hex()})


def test_that_a_receipt_that_fits_is_right() -> None:
    saved = {"conversation": "c1", "events": [], "receipt": {"position": 1, "hash": (b"\x01" * 32).hex()}}
    assert list(wrong_receipts([receipt(), json.dumps(saved)], HEADS)) == []


@pytest.mark.parametrize(
    "line",
    [
        receipt(head=b"\x03" * 32),  # what is stored was changed
        receipt(position=1),  # or put in another place
        receipt(position=3),  # or dropped
        receipt(position=0),
        receipt(conversation="c2"),
        "not JSON",
        "[]",
        '{"conversation": "c1"}',
        '{"conversation": "c1", "position": 1, "hash": "zz"}',
    ],
)
def test_that_a_receipt_that_does_not_fit_is_told_and_the_rest_goes_on(line: str) -> None:
    found = list(wrong_receipts([line, receipt(), line], HEADS))
    assert len(found) == 2
