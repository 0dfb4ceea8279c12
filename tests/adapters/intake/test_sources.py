"""Whether a source still says what was read of it, for files and for the web."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gehoor.adapters.articles.intake.importing import Wanted, import_files
from gehoor.adapters.articles.intake.sources import MOST_BYTES, State, Web, check_sources
from gehoor.adapters.articles.markdown import imported
from gehoor.core.knowledge.article import Article
from tests.adapters.intake import files

PAGE = files.page("<main><h1>Mag ik een hond?</h1><p>U mag een hond houden in uw woning.</p></main>")
TABLE = (
    "vraag,antwoord,taal\nMag het?,Dat mag altijd van ons.,nl\nKan het?,Dat kan altijd bij ons.,nl\n"
    "Mag het?,You may always do that.,en\n"
)


def from_files(tmp_path: Path, **sources: bytes) -> tuple[Article, ...]:
    folder = tmp_path / "bron"
    folder.mkdir(exist_ok=True)
    for name, content in sources.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    report = import_files([folder], tmp_path / "kennis", Wanted(date(2026, 11, 26)))
    assert report.unread == ()
    return imported(tmp_path / "kennis")[0]


def states(articles: tuple[Article, ...], tmp_path: Path) -> dict[str, State]:
    checked = check_sources(articles, tmp_path / "kennis")
    return {f"{one.article.slug} {one.article.language}": one.state for one in checked}


def test_that_each_source_that_changed_or_disappeared_is_told_and_no_other(tmp_path: Path) -> None:
    word = files.word(("Titel", "Borg"), ("", "De borg krijgt u binnen 14 dagen terug."))
    articles = from_files(
        tmp_path, hond__html=PAGE, borg__docx=word, weg__html=PAGE.replace(b"hond", b"kat"), t__csv=TABLE.encode()
    )
    assert set(states(articles, tmp_path).values()) == {State.SAME}

    bron = tmp_path / "bron"
    (bron / "hond.html").write_bytes(PAGE.replace(b"</main>", b"</main><script>tel(812)</script>"))
    (bron / "borg.docx").write_bytes(files.word(("Titel", "Borg"), ("", "De borg krijgt u binnen 30 dagen terug.")))
    (bron / "weg.html").unlink()
    (bron / "t.csv").write_text(TABLE.replace("Kan het?", "Kan dit?").replace("You may always", "You can"), "utf-8")
    assert states(articles, tmp_path) == {
        "mag-ik-hond nl": State.SAME,  # another script is not another text
        "borg nl": State.CHANGED,
        "mag-ik-kat nl": State.GONE,
        "mag-het nl": State.SAME,
        "kan-het nl": State.GONE,
        "mag-het en": State.CHANGED,
    }


def test_that_a_source_that_can_no_longer_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    articles = from_files(tmp_path, borg__pdf=files.pdf([(18, "Borg"), (11, "De borg krijgt u van ons terug.")]))
    (tmp_path / "bron" / "borg.pdf").write_bytes(b"%PDF-1.4 kapot")
    (checked,) = check_sources(articles, tmp_path / "kennis")
    assert (checked.state, checked.why) == (State.UNREADABLE, "it is no PDF, or it is broken")


def test_that_an_article_of_the_organisation_itself_has_no_source_to_check(tmp_path: Path) -> None:
    (article,) = from_files(tmp_path, hond__html=PAGE)
    assert check_sources((replace(article, source=""),), tmp_path / "kennis") == ()


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answers = {
            "/hond": (200, PAGE),
            "/anders": (200, PAGE.replace(b"hond", b"kat")),
            "/ziek": (503, b""),
            "/groot": (200, b"<p>" + b"x" * 20_000_000),
        }
        if self.path == "/rond":
            self.send_response(302)
            self.send_header("location", "/rond")
            self.end_headers()
            return
        status, content = answers.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("content-type", "text/html")
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_that_the_web_is_asked_only_when_that_is_wanted(tmp_path: Path, site: str) -> None:
    (article,) = from_files(tmp_path, hond__html=PAGE)
    paths = ("/hond", "/anders", "/weg", "/ziek", "/rond", "/groot")
    articles = tuple(replace(article, slug=path[1:], source=site + path) for path in paths)
    elsewhere = replace(article, slug="doof", source="http://127.0.0.1:1/hond")
    silent = check_sources((*articles, elsewhere), tmp_path)
    assert {one.state for one in silent} == {State.NOT_ASKED}
    with Web(private=True) as web:
        asked = check_sources((*articles, elsewhere), tmp_path, web.fetch)
        assert web.answers(f"{site}/hond")
        assert web.answers(f"{site}/ziek"), "ill is not gone"
        assert not web.answers(f"{site}/weg")
        assert not web.answers("http://127.0.0.1:1/hond")
        assert len(web.fetch(f"{site}/groot")[2]) < 2 * MOST_BYTES
    assert {one.article.slug: (one.state, one.why) for one in asked} == {
        "hond": (State.SAME, ""),
        "anders": (State.CHANGED, ""),
        "weg": (State.GONE, ""),
        "ziek": (State.UNREADABLE, "the website answers 503"),
        "rond": (State.UNREADABLE, "the website does not answer"),
        "groot": (State.UNREADABLE, "it is larger than 5000000 bytes"),
        "doof": (State.UNREADABLE, "the website does not answer"),
    }


def test_that_an_address_of_our_own_network_is_not_asked_unless_that_is_wanted(tmp_path: Path, site: str) -> None:
    (article,) = from_files(tmp_path, hond__html=PAGE)
    with Web() as web:
        (asked,) = check_sources((replace(article, source=f"{site}/hond"),), tmp_path, web.fetch)
        assert not web.answers(f"{site}/hond")
    assert asked.state is State.UNREADABLE
