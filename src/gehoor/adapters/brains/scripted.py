"""A brain that says what it was told to say: for tests and rehearsals, also of everything that can go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gehoor.ports.brain import Answer, DontKnow, Question, Suggestions


@dataclass(frozen=True, slots=True)
class Hang:
    """A step of a script: answer only after so many seconds (for ever by default)."""

    seconds: float = float("inf")


Step = Answer | Suggestions | DontKnow | BaseException | Hang


class ScriptedBrain:
    """Says its steps in order, then DontKnow("script_ended"); an exception is raised, a Hang waits.

    ``asked`` keeps the questions it was given, in order.
    """

    def __init__(self, steps: Iterable[Step] = (), *, name: str = "scripted", version: str = "1") -> None:
        self.name = name
        self.version = version
        self.asked: list[Question] = []
        self._steps = list(steps)

    async def answer(self, question: Question, today: date) -> Answer | Suggestions | DontKnow:  # noqa: ARG002
        """The next step of the script."""
        self.asked.append(question)
        step = self._steps.pop(0) if self._steps else DontKnow("script_ended")
        if isinstance(step, BaseException):
            raise step
        if isinstance(step, Hang):
            await _wait(step.seconds)
            return DontKnow("hung")
        return step


async def _wait(seconds: float) -> None:
    if seconds == float("inf"):
        await asyncio.Event().wait()
    await asyncio.sleep(seconds)
