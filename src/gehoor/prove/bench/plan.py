"""What the load generator is told on its standard input, and what it tells on its standard output: JSON, one each."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct, field

PER_DESK: Final = 10
"""Chats whose events go to one desk's stream."""

MOST_AT_ONCE: Final = 50
"""Chats that one agent may have, which is the most that a policy can say."""

Target = Literal["gehoor", "floor"]
Kind = Literal["closed", "paced", "turns", "idle", "assign"]


class Point(Struct, frozen=True):
    """One thing to measure for some seconds.

    ``closed``: each chat waits for its 201 and sends the next message at once. ``paced``: each chat sends a message
    every ``interval`` seconds, whether the one before was answered or not. ``turns``: each chat waits for the AI.
    ``idle``: so many open streams on which nothing happens. ``assign``: agents take so many of the customers who wait
    (``Plan.waiting``), however many seconds that takes.

    ``requests``: requests for a person a second, beside a paced point. ``questions``: questions for the AI a second,
    beside a paced point.
    """

    kind: Kind
    chats: int
    seconds: float
    interval: float = 1.0
    requests: float = 0.0
    questions: float = 0.0


class Agent(Struct, frozen=True):
    """An account that the load generator signs in with."""

    login: str
    password: str


class Plan(Struct, frozen=True):
    """Everything that one load generator does. ``server``, ``database``: process ids, whose CPU time is read together
    with that of their children; 0: there is none. ``waiting``: customers in the order in which they are offered."""

    target: Target
    port: int
    server: int
    points: list[Point]
    agents: list[Agent] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    database: int = 0


class Found(Struct, frozen=True):
    """What one point gave; times in milliseconds, CPU in microseconds per message, turn or assignment.

    ``count``: messages acknowledged (closed), pushed to a desk (paced), turns that ended (turns), streams (idle) or
    customers taken (assign) in the window. ``p50``, ``p95``, ``p99``: of the acknowledgement (closed), the way to the
    desk (paced), the AI's answer (turns). ``load_share``: the load generator's part of all cores. ``late_p99``: how
    late the load generator itself was. ``more``: what only this kind of point tells, by name with its unit.

    What should not have happened: ``refused``: answers that were no 201 or 200; ``lost``: acknowledged and never
    pushed; ``doubled``: pushed twice; ``closed_streams``: streams that the server ended; ``unseen``: requests for a
    person that no desk showed. ``answered``: turns that ended with an approved answer.
    """

    kind: Kind
    chats: int
    count: int
    per_second: float
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    cpu: float = 0.0
    load_share: float = 0.0
    late_p99: float = 0.0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    closed_streams: int = 0
    unseen: int = 0
    turns: int = 0
    answered: int = 0
    more: dict[str, float] = field(default_factory=dict)


class Findings(Struct, frozen=True):
    """What the load generator found, or in one sentence why it could not."""

    points: list[Found] = field(default_factory=list)
    fault: str = ""
