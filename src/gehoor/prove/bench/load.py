"""The load generator, a process of its own: ``python -m gehoor.prove.bench.load < plan > findings``.

It calls this machine only and ends by itself, whatever the server does.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import Final

import msgspec
import uvloop

from gehoor.prove.bench.asking import Asking
from gehoor.prove.bench.crew import Crew, Unfit, make_crew
from gehoor.prove.bench.machine import raise_open_files
from gehoor.prove.bench.plan import Findings, Found, Plan, Point
from gehoor.prove.bench.sending import DRAIN_S, WARM_UP, Beside, Sending
from gehoor.prove.bench.standing import Idle, Taking
from gehoor.prove.bench.tally import Tally
from gehoor.prove.bench.turns import Questions, take_turns

_SET_UP_S: Final = 180.0


def longest(plan: Plan) -> float:
    """Seconds after which a plan has failed."""
    return _SET_UP_S + sum(point.seconds + WARM_UP + DRAIN_S + 2 for point in plan.points)


async def work(plan: Plan) -> Findings:
    """Does the plan.

    Raises:
        Unfit: the server did not do what the measurement needs.
        TimeoutError: it took far longer than the plan says.
    """
    tally, crew = Tally(), Crew()
    found: list[Found] = []
    try:
        async with asyncio.timeout(longest(plan)):
            crew = await make_crew(plan, tally)
            gc.collect()
            gc.freeze()
            gc.disable()  # a collection in the midst of it would be told as the server's delay
            for point in plan.points:
                found.append(await _measure(plan, point, crew, tally))
                gc.collect()
    finally:
        crew.close()
    return Findings(found)


async def _measure(plan: Plan, point: Point, crew: Crew, tally: Tally) -> Found:
    if point.kind == "turns":
        return await take_turns(plan, point)
    if point.kind == "idle":
        return await Idle(plan, point).run()
    if point.kind == "assign":
        return await Taking(plan, point).run()
    beside: list[Beside] = []
    if point.requests:
        beside.append(Asking(plan, point, crew, tally))
    if point.questions:
        beside.append(Questions(plan, point))
    return await Sending(plan, point, crew.chats[: point.chats], tally, beside).run()


def main() -> int:
    """Reads a plan, tells the findings."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    raise_open_files()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            findings = runner.run(work(plan))
    except (Unfit, OSError, TimeoutError) as fault:
        findings = Findings(fault=str(fault) or "The measurement took too long.")
    sys.stdout.buffer.write(msgspec.json.encode(findings))
    return int(bool(findings.fault))


if __name__ == "__main__":
    sys.exit(main())
