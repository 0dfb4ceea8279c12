"""Log lines: one JSON object or one readable line each, on standard error, without personal data (PRIVATE).

A field is written only when its name is known to hold nothing personal, and the words of a fault are masked besides.
What libraries log goes the same way: their sentence without the values in it, for those may hold what a customer wrote.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final, TextIO

import structlog

FIELDS: Final = frozenset(
    {
        # Of structlog itself, and of what ran.
        "event", "level", "timestamp", "process", "logger", "version",
        # Of a fault: its class, where it arose, its code (core/errors.py).
        "fault", "cause", "at", "code", "field", "file", "line", "longest", "retry_after_s",
        # Of work: the kind of a command, job, alarm or effect.
        "command", "kind", "argument", "job", "turn", "outcome", "partner", "call", "method", "status", "ms", "engine",
        "limit", "wanted", "seconds", "conversations", "erased", "who", "revision",
        "lines", "expected", "connections", "open_files", "setting",
        # Of an alarm or a policy: shifts, moments, sources; references are not names.
        "about", "reference", "shift", "start", "end", "promises", "team", "until", "since", "people", "missing",
        "step", "what", "link", "rule", "article", "moment", "ceiling", "source", "law", "mend", "number", "reason",
    }
)  # fmt: skip
"""Names of fields that hold nothing personal. A test compares them with every log line in the source."""
LEFT_OUT: Final = "[left out]"
LONGEST: Final = 500
"""Characters of one value."""
_OURS: Final = ("uvicorn", "uvicorn.error")
"""Loggers whose sentences hold no values of customers."""


Described = Callable[[BaseException], Mapping[str, object]]


def configure(
    form: str,
    level: str,
    process: int,
    mask: Callable[[str], str],
    described: Described,
    out: TextIO = sys.stderr,
) -> None:
    """Every line of this process from now on.

    Args:
        form: "json" or "text".
        level: the least that is written: debug, info, warning or error.
        process: which of several server processes this is, from 1; 0: the only one.
        mask: replaces personal data in a sentence.
        described: what may be told of a fault that a library logs.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    if form == "text":
        renderer = structlog.dev.ConsoleRenderer(colors=False, sort_keys=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _named(process),
            _guarded(mask),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_FromLibraries(described)]
    root.setLevel(max(least, logging.WARNING))
    for name in (*_OURS, "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


_Fields = MutableMapping[str, Any]


def _named(process: int) -> Callable[[Any, str, _Fields], _Fields]:
    def add(_logger: Any, _method: str, fields: _Fields) -> _Fields:
        if process:
            fields["process"] = process
        return fields

    return add


def _guarded(mask: Callable[[str], str]) -> Callable[[Any, str, _Fields], _Fields]:
    def guard(_logger: Any, _method: str, fields: _Fields) -> _Fields:
        for name, value in fields.items():
            if name not in FIELDS:
                fields[name] = LEFT_OUT
            elif isinstance(value, str):
                fields[name] = (mask(value) if name == "reason" else value)[:LONGEST]
        return fields

    return guard


class _FromLibraries(logging.Handler):
    """Takes what libraries log."""

    def __init__(self, described: Described) -> None:
        super().__init__()
        self._described = described

    def emit(self, record: logging.LogRecord) -> None:
        """One line, without values unless they are known to be harmless."""
        said = record.getMessage() if record.name in _OURS else str(record.msg)
        fault = record.exc_info[1] if record.exc_info else None
        more = dict({} if fault is None else self._described(fault))
        if said.startswith("Traceback"):  # uvicorn tells a start that failed in this way
            more["fault"], said = said.rstrip().rpartition("\n")[2].partition(":")[0], "starting failed"
        structlog.get_logger().log(record.levelno, said.partition("\n")[0], logger=record.name, **more)
