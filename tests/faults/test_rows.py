"""A row that was spoiled in the stored file: only its conversation is touched, its customer hears whom to call, and the
operator is told which one it is."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from tests.faults.visitors import Visitors, audit, clean, sends_elsewhere
from tests.web.browser.house import Server

_LAST: Final = "conversation = ?1 AND seq = (SELECT max(seq) FROM fact WHERE conversation = ?1)"
SPOILED: Final = {
    "a record": ("fact", "body", "conversation = ?1 AND seq = 3"),
    "the last record": ("fact", "body", _LAST),
    "the last hash": ("fact", "hash", _LAST),
    "sealed words": ("words", "sealed", "conversation = ?1 AND seq = 3"),
    "the end of the chain": ("conversation", "head", "id = ?1"),
    "the danger in the row": ("conversation", "danger", "id = ?1"),
    "the phase in the row": ("conversation", "phase", "id = ?1"),
}
"""Where what is spoiled stands: table, column, row."""
READS_NO_MORE: Final = ("a record", "sealed words", "the danger in the row", "the phase in the row")


def spoil(folder: Path, what: str, id: str) -> None:
    """Turns some bits of one value over in the stored file, past every guard of the product."""
    table, column, where = SPOILED[what]
    with closing(sqlite3.connect(folder / "data" / "gehoor.db", isolation_level=None)) as store:
        guards = store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            store.execute(f"DROP TRIGGER {name}")
        (value,) = store.execute(f"SELECT {column} FROM {table} WHERE {where}", (id,)).fetchone()
        spoiled = _turned(value.encode()).decode() if isinstance(value, str) else _turned(value)
        store.execute(f"UPDATE {table} SET {column} = ?2 WHERE {where}", (id, spoiled))
        for _, made in guards:
            store.execute(made)


def _turned(value: bytes) -> bytes:
    changed = bytearray(value or b"!")
    changed[len(changed) // 2] ^= 0x15
    return bytes(changed)


def named_by_check(folder: Path) -> str:
    """What ``gehoor db check`` says."""
    places = {"GEHOOR_DATA": str(folder / "data"), "GEHOOR_KEYS": str(folder / "keys")}
    command = [sys.executable, "-m", "gehoor", "db", "check"]
    done = subprocess.run(command, env={**os.environ, **places}, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def test_that_rows_that_were_spoiled_touch_no_other_conversation(
    server: Server, visitors: Visitors, tmp_path: Path
) -> None:
    whole, spoiled = [visitors.begins() for _ in range(3)], {what: visitors.begins() for what in SPOILED}
    for one in (*whole, *spoiled.values()):
        one.writes("voor het defect")
        one.wants_a_person()
    server.kill()
    clean(tmp_path)
    for what, one in spoiled.items():
        spoil(tmp_path, what, one.id)
    checked = named_by_check(tmp_path)
    told = audit(tmp_path).stdout + checked
    assert [what for what, one in spoiled.items() if one.id not in told] == []
    assert f"{spoiled['sealed words'].id} fact 3: The sealed words are damaged" in checked
    assert not any(one.id in told for one in whole)

    server.start()
    for one in (*whole, visitors.begins()):
        for answer in (one.writes("na het defect"), one.wants_a_person()):
            assert answer is not None
            assert answer.is_success
        assert "na het defect" in one.shown()
    for what, one in spoiled.items():
        refused = [answer for answer in (one.reads(), one.writes("na het defect"), one.wants_a_person())
                   if answer is None or not answer.is_success]  # fmt: skip
        for answer in refused:
            sends_elsewhere(answer, "store_fault")
        assert refused or what not in READS_NO_MORE, f"nobody noticed {what}"
    assert "Run: gehoor db check" in server.complaints()
    assert "Traceback" not in server.complaints()
