"""Keeps numpy's arithmetic on the thread that asked for it.

OpenBLAS, inside numpy, splits each multiplication over all cores and lets its threads wait by spinning. For one short
question that costs far more than it brings (thirty times, measured on two busy cores), and it takes the cores from
the server. numpy offers no switch once it is imported, so the library is asked itself.
"""

from __future__ import annotations

import ctypes
import functools
from pathlib import Path

import numpy as np

# The function's name depends on how the library was built.
_SWITCHES = ("scipy_openblas_set_num_threads64_", "scipy_openblas_set_num_threads", "openblas_set_num_threads")


@functools.cache
def use_one_thread() -> bool:
    """Switch OpenBLAS to one thread for this process. False when numpy comes with another library; that is no fault."""
    root = Path(np.__file__).parent
    found = [*(root.parent / "numpy.libs").glob("*openblas*"), *(root / ".dylibs").glob("*openblas*")]
    switched = [_switched(file) for file in found]  # all of them, hence no any() over a generator
    return any(switched)


def _switched(file: Path) -> bool:
    try:
        # Already loaded by numpy: this gives the same library, not a second one.
        library = ctypes.CDLL(str(file))
    except OSError:
        return False
    switch = next((getattr(library, name) for name in _SWITCHES if hasattr(library, name)), None)
    if switch is None:
        return False
    switch(ctypes.c_int(1))
    return True
