"""Waiting in theory: Erlang B, Erlang C and exact Erlang A, to hold a simulation against.

All three are for Poisson arrivals and exponential service by ``servers`` equal agents who take one customer at a time,
first come first served. Times and rates share one unit of the caller's choice (here: seconds).

Sources: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges" (1917), for B and C; C. Palm, "Research on telephone traffic carried by full availability groups" (1957), for
customers who lose patience; the exact sums as in A. Mandelbaum and S. Zeltyn, "Service engineering in action: the
Palm/Erlang-A queue, with applications to call centers" (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, fsum, inf, log
from typing import Final

from gehoor.core.errors import Invalid

_NEGLIGIBLE: Final = 45.0
"""exp(-45) is less than a rounding error of the sum it would be added to."""


@dataclass(frozen=True, slots=True)
class Waits:
    """What a queue does in the long run.

    ``waits``: the part of customers who wait at all; ``mean_wait``: over all customers, who lose patience among them;
    ``abandons``: the part who leave unserved; ``busy``: the part of their time that agents serve.
    """

    waits: float
    mean_wait: float
    abandons: float
    busy: float


def erlang_b(servers: int, load: float) -> float:
    """The part of customers who find all servers busy and leave at once.

    The recursion from one server to the next has no large numbers in it, so it is right for any size.

    Args:
        load: arrivals during one mean service (erlang).

    Raises:
        Invalid: fewer than no servers, or a load below zero.
    """
    if servers < 0 or load < 0:
        raise Invalid("Servers and load must not be below zero.", field="servers")
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


def erlang_c(servers: int, arrivals: float, service: float) -> Waits:
    """A queue in which everybody waits for as long as it takes.

    Args:
        arrivals: customers per unit of time.
        service: the mean time that one customer takes.

    Raises:
        Invalid: there is as much work as agents can do, so that the queue grows for ever.
    """
    load = arrivals * service
    if load >= servers:
        raise Invalid("With this much work the queue grows for ever.", field="servers")
    blocked = erlang_b(servers, load)
    waits = servers * blocked / (servers - load * (1 - blocked))
    return Waits(waits, waits * service / (servers - load), 0.0, load / servers)


def longer_than(waits: Waits, servers: int, arrivals: float, service: float, span: float) -> float:
    """Erlang C: the part of customers who wait longer than ``span``."""
    return waits.waits * exp(-(servers / service - arrivals) * span)


def erlang_a(servers: int, arrivals: float, service: float, patience: float) -> Waits:
    """A queue in which customers leave when they have waited too long (M/M/n+M), exactly.

    The chances of more and fewer customers than servers are measured against that of exactly ``servers``. Below, their
    sum is one over Erlang B; above, each is the one before times arrivals over departures, kept as a logarithm because
    they can be larger than a float holds.

    Args:
        patience: the mean time after which a waiting customer leaves (exponential).

    Raises:
        Invalid: no servers, or a time or rate that is not above zero.
    """
    if servers < 1 or min(arrivals, service, patience) <= 0:
        raise Invalid("Servers, arrivals, service and patience must be above zero.", field="servers")
    below = -log(erlang_b(servers, arrivals * service))
    above = _above(servers, arrivals, service, patience)
    highest = max(below, 0.0, max(above))
    everything = exp(below - highest) + fsum(exp(one - highest) for one in above)
    all_busy = exp(-highest) + fsum(exp(one - highest) for one in above)
    queue = fsum(number * exp(one - highest) for number, one in enumerate(above, 1)) / everything
    abandons = queue / patience / arrivals
    busy = arrivals * (1 - abandons) * service / servers
    return Waits(all_busy / everything, queue / arrivals, abandons, busy)


def _above(servers: int, arrivals: float, service: float, patience: float) -> list[float]:
    """The logarithms of the chances that 1, 2, ... customers wait, until they no longer count."""
    logs: list[float] = []
    last, highest, waiting = 0.0, -inf, 0
    while not logs or last > highest - _NEGLIGIBLE:
        waiting += 1
        last += log(arrivals / (servers / service + waiting / patience))
        highest = max(highest, last)
        logs.append(last)
    return logs
