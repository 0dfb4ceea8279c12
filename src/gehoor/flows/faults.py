"""What a log may hold of a fault that nobody foresaw: its class and where it arose (PRIVATE).

Never its words and never the values of variables: either may hold what a customer wrote, or a token.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final

_MOST: Final = 12


def described(fault: BaseException) -> dict[str, object]:
    """The fields of a log line: the class of the fault, and of what caused it; the last places it came through."""
    cause = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    frames = traceback.extract_tb(fault.__traceback__)[-_MOST:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    because = {} if cause is None else {"cause": type(cause).__name__}
    return {"fault": type(fault).__name__, **because, "at": places}
