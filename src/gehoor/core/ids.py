"""Names of things, the reference of a promise that can be spoken, and the code to come back with.

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


CODE_BITS: Final = 65
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: none can be taken for another
_CODE_LENGTH: Final = CODE_BITS // 5
_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


def return_code(number: int) -> str:
    """The code to come back with for a number of at most 65 bits: "XXXX-XXXX-XXXXX"."""
    shifts = range(CODE_BITS - 5, -1, -5)
    letters = "".join(_LETTERS[(number >> shift) & 31] for shift in shifts)
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def read_return_code(text: str) -> str | None:
    """The code as it was given, from what somebody typed: case, spaces, dashes and letters that look like a digit do
    not matter. None when it cannot be one."""
    typed = "".join(character for character in text[:100].upper() if character.isalnum()).translate(_ALIKE)
    if len(typed) != _CODE_LENGTH or any(letter not in _LETTERS for letter in typed):
        return None
    return f"{typed[:4]}-{typed[4:8]}-{typed[8:]}"
