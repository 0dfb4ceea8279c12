"""A password of another system: one line that only its owner may read."""

from pathlib import Path

import pytest

from gehoor.adapters.keys.secret_file import line_of
from gehoor.core.errors import StoreFault


def written(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    file = folder / "smtp-password"
    file.write_bytes(content)
    file.chmod(mode)
    return file


@pytest.mark.parametrize("content", [b"geheim woord", b"geheim woord\n", b"geheim woord\r\n"])
def test_that_the_line_is_read_without_its_end(tmp_path: Path, content: bytes) -> None:
    assert line_of(written(tmp_path, content)) == "geheim woord"


@pytest.mark.parametrize("content", [b"", b"\n", b"een\ntwee\n", b"\xff\xfe", b"x" * 2000])
def test_that_anything_but_one_line_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(StoreFault):
        line_of(written(tmp_path, content))


def test_that_a_file_that_is_missing_or_open_to_others_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="Write it on one line"):
        line_of(tmp_path / "smtp-password")
    with pytest.raises(StoreFault, match="chmod 600"):
        line_of(written(tmp_path, b"geheim", 0o640))
