"""What the load generator is told on its standard input, and what it tells on its standard output: JSON, one each."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct, field

PER_DESK: Final = 10
"""Chats whose events go to one desk's stream."""

Target = Literal["gehoor", "floor"]
Kind = Literal["closed", "paced", "turns"]


class Point(Struct, frozen=True):
    """One thing to measure for some seconds.

    ``closed``: each chat waits for its 201 and sends the next message at once. ``paced``: each chat sends a message
    every ``interval`` seconds, whether the one before was answered or not. ``turns``: each chat waits for the AI.
    """

    kind: Kind
    chats: int
    seconds: float
    interval: float = 1.0


class Agent(Struct, frozen=True):
    """An account that the load generator signs in with."""

    login: str
    password: str


class Plan(Struct, frozen=True):
    """Everything that one load generator does. ``server``: process id, whose CPU time is read."""

    target: Target
    port: int
    server: int
    points: list[Point]
    agents: list[Agent] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


class Found(Struct, frozen=True):
    """What one point gave; times in milliseconds, CPU in microseconds per message or turn.

    ``count``: messages acknowledged (closed), pushed to a desk (paced) or turns that ended (turns) in the window.
    ``p50``, ``p99``: of the acknowledgement (closed), the way to the desk (paced), the AI's answer (turns).
    ``load_share``: the load generator's part of all cores. ``late_p99``: how late the load generator itself was.
    ``refused``: answers that were no 201 or 200. ``lost``: acknowledged and never pushed. ``doubled``: pushed twice.
    ``closed_streams``: streams that the server ended. ``answered``: turns that ended with an approved answer.
    """

    kind: Kind
    chats: int
    count: int
    per_second: float
    p50: float
    p99: float
    cpu: float
    load_share: float
    late_p99: float = 0.0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    closed_streams: int = 0
    answered: int = 0


class Findings(Struct, frozen=True):
    """What the load generator found, or in one sentence why it could not."""

    points: list[Found] = field(default_factory=list)
    fault: str = ""
