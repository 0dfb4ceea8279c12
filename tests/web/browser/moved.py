"""The server with a clock that a test moves: ``python -m tests.web.browser.moved serve``.

Everything else is the product. The file that MOVED_CLOCK names says by how many microseconds its clock is ahead.
"""

import os
import sys
import time
from pathlib import Path

from gehoor import boot
from gehoor.cli.main import main
from gehoor.core.time import Instant


class MovedClock:
    """The time of this machine, and what the test added to it."""

    def now(self) -> Instant:
        """The instant."""
        moved = Path(os.environ["MOVED_CLOCK"]).read_text(encoding="utf-8")
        return Instant(time.time_ns() // 1000 + int(moved))


if __name__ == "__main__":
    setattr(boot, "SystemClock", MovedClock)  # noqa: B010  the one place that chooses adapters has no other door
    sys.exit(main(sys.argv[1:]))
