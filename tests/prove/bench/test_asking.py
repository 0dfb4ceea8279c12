"""Whom a desk is offered, as the load generator reads it."""

import pytest

from gehoor.prove.bench.asking import _is_offered

ID = b"01JABC"


@pytest.mark.parametrize(
    ("chunk", "offered"),
    [
        (b'{"id":"01JABC","code":"A","offered_to_me":true,"x":1}', True),
        (b'{"id":"01JABC","code":"A","offered_to_me":false},{"id":"02","code":"B","offered_to_me":true}', False),
        (b'{"id":"02","code":"B","offered_to_me":true},{"id":"01JABC","code":"A","offered_to_me":false}', False),
        (b'event: fact\ndata: {"conversation":"01JABC","seq":4}', True),
    ],
)
def test_that_an_offer_is_this_desks_own_and_of_this_customer(chunk: bytes, offered: bool) -> None:
    assert _is_offered(chunk, ID) is offered
