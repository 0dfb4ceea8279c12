"""Whether the sources of articles still say what was read of them."""

from __future__ import annotations

import ipaddress
import socket
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import httpx

from gehoor.adapters.articles.intake.blocks import Reading
from gehoor.adapters.articles.intake.drafting import Piece, pieces
from gehoor.adapters.articles.intake.finding import find_files
from gehoor.adapters.articles.intake.reading import Reader
from gehoor.core.knowledge.article import Article

MOST_BYTES: Final = 5_000_000
"""Of one answer of a website."""
TIME_LIMIT_S: Final = 10.0
_MOST_HOPS: Final = 5
_WEB: Final = ("https://", "http://")
_FORMS: Final = {"application/pdf": "pdf", "text/csv": "table", "text/markdown": "prose", "text/plain": "prose"}


class State(StrEnum):
    """What became of a source."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"
    UNREADABLE = "unreadable"
    NOT_ASKED = "not_asked"  # on the web, and nobody wants the web to be asked


@dataclass(frozen=True, slots=True)
class Checked:
    """The state of one article's source; ``why`` says more where it cannot be read."""

    article: Article
    state: State
    why: str = ""


Fetch = Callable[[str], "tuple[int, str, bytes]"]
"""From an address to a status, a type of content and so much of it. Raises OSError or httpx.HTTPError."""


def check_sources(articles: Iterable[Article], folder: Path, fetch: Fetch | None = None) -> tuple[Checked, ...]:
    """The sources of all articles that have one. Each is read once, also when many articles came from it.

    ``folder`` is that of the articles: files are named as seen from there. Without ``fetch`` the web is not asked.
    """
    by_place: dict[str, list[Article]] = {}
    for article in articles:
        if article.source:
            by_place.setdefault(article.source.split("#", 1)[0], []).append(article)
    checked: list[Checked] = []
    with Reader() as reader:
        for place, some in by_place.items():
            found = _read(place, folder, reader, fetch)
            checked += [_judged(article, found) for article in some]
    return tuple(checked)


def _judged(article: Article, found: Reading | tuple[State, str]) -> Checked:
    if isinstance(found, tuple):
        return Checked(article, *found)
    anchor = article.source.partition("#")[2]
    now = [piece for document in found.documents for piece in pieces(document) if _is_it(piece, anchor, article)]
    if not now:
        return Checked(article, State.GONE, found.problems[0].why if found.problems else "")
    same = not article.source_digest or any(piece.digest == article.source_digest for piece in now)
    return Checked(article, State.SAME if same else State.CHANGED)


def _is_it(piece: Piece, anchor: str, article: Article) -> bool:
    of_a_table = piece.document.whole and piece.document.place  # where one question may stand in several languages
    return piece.anchor == anchor and (not of_a_table or piece.document.language in ("", article.language))


def _read(place: str, folder: Path, reader: Reader, fetch: Fetch | None) -> Reading | tuple[State, str]:
    """What stands there now; else a state, and why."""
    if place.startswith(_WEB):
        return _of_the_web(place, reader, fetch) if fetch is not None else (State.NOT_ASKED, "")
    found, passed = find_files([folder / place])
    if not found:
        if not (folder / place).exists():
            return State.GONE, ""
        return State.UNREADABLE, passed[0].why if passed else ""
    reading = reader.read(found[0].path, found[0].form)
    if not reading.documents:
        return State.UNREADABLE, reading.problems[0].why if reading.problems else ""
    return reading


def _of_the_web(place: str, reader: Reader, fetch: Fetch) -> Reading | tuple[State, str]:
    try:
        status, kind, content = fetch(place)
    except (OSError, httpx.HTTPError, httpx.InvalidURL, ValueError):
        return State.UNREADABLE, "the website does not answer"
    if status in (404, 410):
        return State.GONE, ""
    if status != 200:
        return State.UNREADABLE, f"the website answers {status}"
    with tempfile.TemporaryDirectory(prefix="gehoor-source-") as kept:
        file = Path(kept) / "page"
        file.write_bytes(content)
        reading = reader.read(file, _FORMS.get(kind.split(";")[0].strip().lower(), "html"))
    if not reading.documents:
        return State.UNREADABLE, reading.problems[0].why if reading.problems else ""
    return reading


class Web:
    """Asks websites, in bounded time and size. Use it in a ``with``.

    What an article names may have been written by anybody, so addresses of our own machine and network are not asked
    unless ``private`` says so.
    """

    def __init__(self, *, time_limit_s: float = TIME_LIMIT_S, private: bool = False) -> None:
        self._time_limit_s = time_limit_s
        self._client = httpx.Client(
            timeout=time_limit_s,
            follow_redirects=True,
            max_redirects=_MOST_HOPS,
            trust_env=False,
            event_hooks={} if private else {"request": [_only_public]},  # also of each place that it is sent on to
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def fetch(self, address: str) -> tuple[int, str, bytes]:
        """See ``Fetch``. What is larger than ``MOST_BYTES`` is cut off; a reader refuses it then by its size."""
        with self._client.stream(
            "GET", address, headers={"accept": "text/html,application/pdf;q=0.9,*/*;q=0.5"}
        ) as got:
            pieces, size, until = [], 0, time.monotonic() + self._time_limit_s
            for piece in got.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BYTES:
                    break
                if time.monotonic() > until:  # a little at a time, without an end
                    raise TimeoutError
            return got.status_code, got.headers.get("content-type", ""), b"".join(pieces)

    def answers(self, address: str) -> bool:
        """Whether something is there: a website that refuses us (401, 403, 429) or is ill (5xx) is not gone."""
        try:
            with self._client.stream("GET", address) as got:
                return got.status_code not in (404, 410)
        except (OSError, httpx.HTTPError, httpx.InvalidURL, ValueError):
            return False


def _only_public(request: httpx.Request) -> None:
    """Raises OSError for an address of our own machine or network."""
    for found in socket.getaddrinfo(request.url.host, request.url.port or 443, type=socket.SOCK_STREAM):
        one = ipaddress.ip_address(str(found[4][0]).partition("%")[0])
        mapped = one.ipv4_mapped if isinstance(one, ipaddress.IPv6Address) else None
        if not (mapped or one).is_global:
            raise OSError("an address of our own network")
