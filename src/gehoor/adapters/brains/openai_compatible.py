"""A server that speaks /v1/chat/completions (vLLM, Ollama, llama.cpp, Mistral, Azure): one question, one answer.

It is a stranger: whatever it sends (slowly, broken, too much, another kind of content) becomes an answer in time or one
short code, never an exception of another kind. It gets no credentials but its own key. After a few faults it is left
alone for a while, so that customers do not wait for a server that is down.
"""

from __future__ import annotations

import asyncio
import functools
import json
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import httpx

MOST_BYTES: Final = 256_000
"""Of an answer; an honest one is a thousandth of it."""
MOST_TOKENS: Final = 200
"""That a model may write for one choice."""
FAULTS_IN_A_ROW: Final = 3
REST_S: Final = 30.0
MOST_REST_S: Final = 300.0
_CHARACTERS_A_TOKEN: Final = 3
"""Fewer than in most tokenizers, so that what is reckoned is rather too much."""
_MOST_BELIEVED: Final = 4
"""How many times what we reckoned a server may say that it used: it could use up the budget by a word."""


class ModelFault(Exception):
    """The server did not give an answer that can be used. ``code``: late, refused, busy, broken, budget, resting."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Replied:
    """What a model wrote, and the tokens that count against the budget."""

    text: str
    tokens: int


@dataclass(slots=True)
class Budget:
    """Tokens that may be used on one day of the organisation, by this process."""

    tokens_per_day: int
    _day: date | None = None
    _used: int = 0

    def take(self, tokens: int, today: date) -> bool:
        """Reserves so many before they are used, or says no. A new day begins with the whole budget."""
        if self._day != today:
            self._day, self._used = today, 0
        if self._used + tokens > self.tokens_per_day:
            return False
        self._used += tokens
        return True

    def give_back(self, tokens: int, today: date) -> None:
        """What was reserved and not used; below zero, what was used beyond it."""
        if self._day == today:
            self._used = max(self._used - tokens, 0)


@dataclass(slots=True)
class ChatServer:
    """One model behind one server.

    Args:
        url: of the interface, up to and with /v1.
        key: sent as a bearer token; empty: none is sent.
        seconds: for the whole of a call, from the first byte out to the last byte in.
    """

    url: str
    model: str
    budget: Budget
    key: str = field(default="", repr=False)
    seconds: float = 2.0
    clock: Callable[[], float] = time.monotonic
    _faults: int = 0
    _rests_until: float = 0.0

    async def ask(self, messages: Sequence[Mapping[str, str]], today: date, most_tokens: int = MOST_TOKENS) -> Replied:
        """What the model writes.

        Raises:
            ModelFault: it did not, in time, in a form that can be used, within the budget.
        """
        if self.clock() < self._rests_until:
            raise ModelFault("resting")
        reckoned = sum(len(one["content"]) for one in messages) // _CHARACTERS_A_TOKEN + most_tokens
        if not self.budget.take(reckoned, today):
            raise ModelFault("budget")
        try:
            replied = await self._within_time(messages, most_tokens)
        except ModelFault:
            self._went_wrong()
            raise
        self._faults = 0
        used = min(replied.tokens or reckoned, reckoned * _MOST_BELIEVED)
        self.budget.give_back(reckoned - used, today)
        return Replied(replied.text, used)

    def _went_wrong(self) -> None:
        self._faults += 1
        if self._faults >= FAULTS_IN_A_ROW:
            self._rests_until = max(self._rests_until, self.clock() + REST_S)

    async def _within_time(self, messages: Sequence[Mapping[str, str]], most_tokens: int) -> Replied:
        asking = asyncio.ensure_future(self._call(messages, most_tokens))
        try:
            # Not wait_for: that would wait for a connection that will not close.
            await asyncio.wait({asking}, timeout=self.seconds)
        finally:
            asking.cancel()
        if not asking.done():
            asking.add_done_callback(_forget)
            raise ModelFault("late")
        if asking.cancelled():
            raise ModelFault("broken")
        try:
            return asking.result()
        except ModelFault:
            raise
        except httpx.TimeoutException as fault:
            raise ModelFault("late") from fault
        except Exception as fault:  # a stranger may make any part of a client fail
            raise ModelFault("broken") from fault

    async def _call(self, messages: Sequence[Mapping[str, str]], most_tokens: int) -> Replied:
        asked = {"model": self.model, "messages": list(messages), "temperature": 0, "max_tokens": most_tokens}
        # Nothing packed: a few bytes could become gigabytes.
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        body = json.dumps(asked | {"stream": False}).encode()
        # No proxy from the environment, and no redirect: the key goes to the address that was told, and nowhere else.
        async with (
            httpx.AsyncClient(
                timeout=self.seconds, trust_env=False, follow_redirects=False, verify=_certificates()
            ) as client,
            client.stream("POST", f"{self.url}/chat/completions", content=body, headers=headers) as answer,
        ):
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                self._rests_until = self.clock() + _rest(answer.headers.get("retry-after", ""))
                raise ModelFault("busy")
            if answer.status_code != httpx.codes.OK:
                raise ModelFault("refused")
            if answer.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
                raise ModelFault("broken")
            if answer.headers.get("content-encoding", "identity").lower() != "identity":
                raise ModelFault("broken")
            return _replied(await _read(answer))


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Whom we believe; read from disk once, because that takes longer than a call."""
    return httpx.create_ssl_context(trust_env=False)


async def _read(answer: httpx.Response) -> bytes:
    whole = bytearray()
    async for part in answer.aiter_raw():
        whole += part
        if len(whole) > MOST_BYTES:
            raise ModelFault("broken")
    return bytes(whole)


def _replied(body: bytes) -> Replied:
    try:
        told = json.loads(body)
        text = told["choices"][0]["message"]["content"]
        usage = told.get("usage")
        tokens = usage.get("total_tokens") if isinstance(usage, dict) else 0
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as fault:
        raise ModelFault("broken") from fault
    if not isinstance(text, str):
        raise ModelFault("broken")
    return Replied(text, tokens if type(tokens) is int and tokens > 0 else 0)


def _rest(retry_after: str) -> float:
    told = float(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 6 else REST_S
    return min(told, MOST_REST_S)


def _forget(late: asyncio.Future[Replied]) -> None:
    """Read what a late call ended with, so that asyncio does not report it as never read."""
    if not late.cancelled():
        late.exception()
