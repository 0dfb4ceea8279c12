"""A brain around another one: by itself it is known as the one inside."""

from __future__ import annotations

from gehoor.ports.brain import Brain


class Around:
    """What stands around a brain."""

    def __init__(self, brain: Brain) -> None:
        self._brain = brain

    @property
    def name(self) -> str:
        """The name of the brain inside."""
        return self._brain.name

    @property
    def version(self) -> str:
        """The version of the brain inside."""
        return self._brain.version
