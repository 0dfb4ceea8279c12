"""Names of things, and the reference of a promise that can be spoken.

An id is an opaque string; what kind of thing it names is a type, so that one kind cannot be passed for another.
"""

from __future__ import annotations

from typing import Final, NewType

ConversationId = NewType("ConversationId", str)
CommandId = NewType("CommandId", str)
ClientId = NewType("ClientId", str)
StaffId = NewType("StaffId", str)
TeamId = NewType("TeamId", str)
PersonId = NewType("PersonId", str)
MatterId = NewType("MatterId", str)
OfferId = NewType("OfferId", str)

# Damm's quasigroup of order 10 (H. M. Damm, 2004): finds every single wrong digit and every swap of neighbours.
_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def check_digit(digits: str) -> str:
    """The Damm check digit of a string of digits: "572" gives "4"."""
    row = 0
    for digit in digits:
        row = _DAMM[row][int(digit)]
    return str(row)


def spoken_reference(number: int) -> str:
    """A promise's reference for a number of at most eight digits: three groups of three, the last digit a check."""
    digits = f"{number % 100_000_000:08d}"
    whole = digits + check_digit(digits)
    return f"{whole[:3]}-{whole[3:6]}-{whole[6:]}"


def is_reference(text: str) -> bool:
    """Whether the text is a reference whose check digit fits; spaces and dashes do not matter."""
    digits = "".join(character for character in text if character.isdigit())
    return len(digits) == 9 and check_digit(digits[:-1]) == digits[-1]
