"""A changed copy is what the standard library's would be, and leaves the original as it was."""

from dataclasses import replace as standard

from gehoor.core.conversation.copies import replace
from gehoor.core.conversation.model import Control, Phase, Record
from gehoor.core.ids import ConversationId
from gehoor.core.time import Instant


def test_that_a_copy_is_the_one_that_the_standard_library_makes() -> None:
    record = Record(ConversationId("a"), seq=3, declined=())
    assert replace(record, seq=4, at=Instant(9)) == standard(record, seq=4, at=Instant(9))
    assert (record.seq, record.at) == (3, Instant(0))


def test_that_a_copy_of_a_control_is_found_among_others() -> None:
    """Controls are counted in sets (gehoor check)."""
    assert {replace(Control(), phase=Phase.AI)} == {Control(phase=Phase.AI)}
