"""Log lines: every field that is written holds nothing personal, whoever writes it."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

import gehoor
from gehoor.adapters.hearing.hears import TableHearing
from gehoor.adapters.logs import FIELDS, LEFT_OUT, configure
from gehoor.flows.faults import described

SOURCE = Path(gehoor.__file__).parent


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    before, handlers, level = structlog.get_config(), logging.getLogger().handlers[:], logging.getLogger().level
    written = io.StringIO()
    configure("json", "info", 2, TableHearing().mask, described, written)
    yield written
    structlog.configure(**before)
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_that_a_line_is_one_json_object_with_its_moment_level_and_process(out: io.StringIO) -> None:
    structlog.get_logger().error("a commit failed", code="store_fault", command="WriteMessage")
    (line,) = lines(out)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "a commit failed",
        "level": "error",
        "process": 2,
        "code": "store_fault",
        "command": "WriteMessage",
    }


def test_that_a_field_that_nobody_vouched_for_is_not_written(out: io.StringIO) -> None:
    structlog.get_logger().warning("odd", text="ik ben Jansen, bel 06 12345678", token="geheim")
    assert "Jansen" not in out.getvalue()
    assert lines(out)[0]["text"] == lines(out)[0]["token"] == LEFT_OUT


def test_that_the_reason_of_a_fault_is_masked(out: io.StringIO) -> None:
    structlog.get_logger().warning("odd", reason="cannot read j.jansen@voorbeeld.example in line 3")
    assert "jansen" not in out.getvalue()
    assert "in line 3" in lines(out)[0]["reason"]


def test_that_a_library_is_quoted_without_the_values_in_its_sentence(out: io.StringIO) -> None:
    try:
        raise ValueError("secret words")
    except ValueError:
        logging.getLogger("some.library").exception("could not do %s", "what Jansen wrote")
    (line,) = lines(out)
    assert line["event"] == "could not do %s"
    assert (line["fault"], line["logger"]) == ("ValueError", "some.library")
    assert "Jansen" not in out.getvalue()
    assert "secret" not in out.getvalue()


def test_that_a_start_that_failed_is_told_by_its_class_alone(out: io.StringIO) -> None:
    said = "Traceback (most recent call last):\n  File x\ngehoor.core.errors.StoreAway: what Jansen wrote\n"
    logging.getLogger("uvicorn.error").error(said)
    (line,) = lines(out)
    assert (line["event"], line["fault"]) == ("starting failed", "gehoor.core.errors.StoreAway")
    assert "Jansen" not in out.getvalue()


def test_that_less_than_the_level_is_not_written(out: io.StringIO) -> None:
    structlog.get_logger().debug("small")
    assert out.getvalue() == ""


def test_that_text_lines_can_be_read(out: io.StringIO) -> None:
    configure("text", "info", 0, lambda text: text, described, out)
    structlog.get_logger().error("a commit failed", code="store_fault")
    assert "a commit failed" in out.getvalue()
    assert "code=store_fault" in out.getvalue()


def test_that_every_field_that_the_source_logs_is_vouched_for() -> None:
    seen = 0
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "_LOG"):
                continue
            seen += 1
            named = {one.arg for one in node.keywords if one.arg is not None}
            assert named <= FIELDS, f"{file.name}:{node.lineno} logs {sorted(named - FIELDS)}"
    assert seen > 20
