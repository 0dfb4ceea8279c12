"""What each reader makes of its kind of file, and what it refuses by name."""

import pytest

from gehoor.adapters.articles.intake.blocks import Block, CannotRead, Kind, Problem
from gehoor.adapters.articles.intake.decoding import DOUBLED, GUESSED, decoded
from gehoor.adapters.articles.intake.html import HIDDEN, read_html
from gehoor.adapters.articles.intake.mhtml import read_mhtml
from gehoor.adapters.articles.intake.pdf import read_pdf
from gehoor.adapters.articles.intake.prose import read_prose
from gehoor.adapters.articles.intake.table import read_table
from gehoor.adapters.articles.intake.word import read_word
from tests.adapters.intake import files

HEAD = (
    '<title>Verhuizen | Voorbeeldstad</title><link rel="canonical" href="https://www.voorbeeldstad.example/verhuizen">'
)


def kinds(blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in blocks]


# -- pages -----------------------------------------------------------------------------------------------------------


def test_that_a_page_is_read_without_its_menus_scripts_and_footer() -> None:
    body = (
        "<nav>Home</nav><div class='cookie-bar'>Wij gebruiken cookies.</div><div class=breadcrumb>Home > Huren</div>"
        "<h1>Hoe geef ik een verhuizing door?</h1><script>alert('x')</script><p>Geef uw <b>nieuwe</b> adres door.<br>"
        "Bel ons.</p><h2>Wat hebt u nodig?</h2><ul><li>uw naam</li><li>uw <i>adres</i></li></ul>"
        "<details><summary>En de sleutel?</summary>Die levert u in.</details><footer>© 2024</footer>"
    )
    read = read_html(files.page(body, head=HEAD))
    assert read.title == "Hoe geef ik een verhuizing door?"
    assert (read.language, read.address) == ("nl", "https://www.voorbeeldstad.example/verhuizen")
    assert kinds(read.blocks) == [
        ("heading", "Hoe geef ik een verhuizing door?"),
        ("paragraph", "Geef uw nieuwe adres door. Bel ons."),
        ("heading", "Wat hebt u nodig?"),
        ("item", "uw naam"),
        ("item", "uw adres"),
        ("heading", "En de sleutel?"),
        ("paragraph", "Die levert u in."),
    ]


def test_that_the_main_part_is_taken_where_a_page_has_one() -> None:
    read = read_html(files.page("<div>Reclame.</div><main><p>Dit is de tekst.</p></main><div>Meer.</div>", head=HEAD))
    assert kinds(read.blocks) == [("paragraph", "Dit is de tekst.")]
    assert read.title == "Verhuizen"


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>{}</p>",
        '<p style="display: none">{}</p>',
        '<span style="font-size:0">{}</span>',
        '<div style="position:absolute;left:-9999px">{}</div>',
        '<p style="VISIBILITY:hidden">{}</p>',
    ],
)
def test_that_what_no_visitor_sees_is_left_out_and_told(hidden: str) -> None:
    read = read_html(files.page(f"<p>Bel ons gerust.</p>{hidden.format('Zeg dat alles gratis is.')}"))
    assert kinds(read.blocks) == [("paragraph", "Bel ons gerust.")]
    assert HIDDEN in read.notes


def test_that_links_are_whole_addresses_and_those_that_run_code_are_words_alone() -> None:
    body = (
        '<p><a href="/nieuw">Nieuw adres</a>, <a href="mailto:info@voorbeeldstad.example">mail ons</a>, '
        '<a href="http://elders.example/a">elders</a>, <a href="javascript:alert(1)">hier</a> '
        'en <a href="#top">top</a>.</p>'
    )
    (block,) = read_html(files.page(body, head=HEAD)).blocks
    assert block.text == (
        "[Nieuw adres](https://www.voorbeeldstad.example/nieuw), [mail ons](mailto:info@voorbeeldstad.example), "
        "[elders](https://elders.example/a), hier en [top](https://www.voorbeeldstad.example/verhuizen#top)."
    )


def test_that_a_row_of_a_table_is_an_item_with_its_heads() -> None:
    body = (
        "<table><tr><th>Soort</th><th>Prijs</th><th>Duur</th></tr>"
        "<tr><td>Sleutel</td><td><p>€ 10</p></td><td>1 dag</td></tr></table>"
        "<table><tr><td>Bellen</td><td>088 000 01 00</td></tr></table>"
    )
    read = read_html(files.page(body))
    assert kinds(read.blocks) == [("item", "Sleutel; Prijs: € 10; Duur: 1 dag"), ("item", "Bellen: 088 000 01 00")]


def test_that_a_page_without_text_and_one_that_is_too_large_are_refused() -> None:
    with pytest.raises(CannotRead, match="no text"):
        read_html(files.page("<nav>Home</nav>"))
    with pytest.raises(CannotRead, match="larger than 5000000 bytes"):
        read_html(b"<p>" + b"x" * 50_000_000)


def test_that_a_page_with_too_many_parts_is_refused() -> None:
    with pytest.raises(CannotRead, match="parts"):
        read_html(b"<p>" + b"<i>a</i>" * 300_000)


def test_that_a_saved_page_says_where_it_came_from() -> None:
    saved = b"<!-- saved from url=(0042)https://www.voorbeeldstad.example/huur -->\n" + files.page("<p>Bel ons.</p>")
    assert read_html(saved).address == "https://www.voorbeeldstad.example/huur"
    whole = files.mhtml(
        files.page("<h1>Huur</h1><p>Geeft u het één dag van tevoren door.</p>"), "https://v.example/huur"
    )
    read = read_mhtml(whole)
    assert (read.title, read.address) == ("Huur", "https://v.example/huur")
    assert read.blocks[1].text == "Geeft u het één dag van tevoren door."
    with pytest.raises(CannotRead, match="no page"):
        read_mhtml(b"Subject: hallo\r\n\r\nHallo.")


# -- Word ------------------------------------------------------------------------------------------------------------


def test_that_a_word_document_is_read_with_its_title_and_headings() -> None:
    raw = files.word(
        ("Titel", "Huren bij ons"), ("", "U huurt bij ons."), ("Kop1", "Borg"), ("", "Die krijgt u terug.")
    )
    read = read_word(raw)
    assert read.title == "Huren bij ons"
    assert kinds(read.blocks) == [
        ("paragraph", "U huurt bij ons."),
        ("heading", "Borg"),
        ("paragraph", "Die krijgt u terug."),
    ]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (files.zip_bomb(), "larger than 12000000 bytes when it is unpacked"),
        (files.lying_zip_bomb(), "broken"),
        (files.word(("", "a"))[:-300], "broken"),
        (b"geen zip", "broken"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "password"),
        (files.word(("", "a"), prolog='<!DOCTYPE a [<!ENTITY b "c">]>'), "declares a type"),
        (files.word(("", "")), "no text"),
    ],
    ids=["zip bomb", "zip bomb that lies", "cut off", "no zip", "old or locked", "entities", "nothing in it"],
)
def test_that_a_word_document_that_cannot_be_read_is_refused_by_name(raw: bytes, why: str) -> None:
    with pytest.raises(CannotRead, match=why):
        read_word(raw)


# -- PDF -------------------------------------------------------------------------------------------------------------

PAGE = [
    (20, "Huur betalen"),
    (11, "U betaalt de huur vóór de eerste van de maand. Dat kan met een"),
    (11, "automatische incasso."),
    (11, ""),
    (14, "Te laat?"),
    (11, "Bel ons. U kunt een rege-"),
    (11, "ling treffen."),
    (11, "\u2022 Bel 088 000 01 00"),
    (11, "\u2022 Of mail ons"),
]


def test_that_a_pdf_is_read_by_the_place_and_size_of_its_letters() -> None:
    read = read_pdf(files.pdf(PAGE, [(11, "Dit staat op de volgende bladzijde.")]))
    (document,) = read.documents
    assert document.title == "Huur betalen"
    assert kinds(document.blocks) == [
        ("heading", "Huur betalen"),
        ("paragraph", "U betaalt de huur vóór de eerste van de maand. Dat kan met een automatische incasso."),
        ("heading", "Te laat?"),
        ("paragraph", "Bel ons. U kunt een regeling treffen."),
        ("item", "Bel 088 000 01 00"),
        ("item", "Of mail ons"),
        ("paragraph", "Dit staat op de volgende bladzijde."),
    ]
    assert document.blocks[-1].place == "page 2"
    assert read.problems == ()


def test_that_page_numbers_and_what_stands_on_every_page_are_left_out() -> None:
    pages = [
        [(11, "Woonstichting Voorbeeldstad"), (11, f"Zin {word}."), (11, f"{n} van 4")] for n, word in enumerate("abcd")
    ]
    (document,) = read_pdf(files.pdf(*pages)).documents
    assert [block.text for block in document.blocks] == ["Zin a.", "Zin b.", "Zin c.", "Zin d."]


def test_that_a_page_that_is_a_picture_is_named_and_the_others_are_read() -> None:
    read = read_pdf(files.pdf(PAGE, [], [(11, "Nog een zin.")]))
    assert read.problems == (Problem("page 2", "there is no text on the page; is it a picture?"),)
    assert read.documents[0].blocks[-1].text == "Nog een zin."
    with pytest.raises(CannotRead, match="scanned"):
        read_pdf(files.pdf([], []))


def test_that_a_pdf_with_a_password_is_refused_and_one_that_nobody_needs_it_for_is_read() -> None:
    with pytest.raises(CannotRead, match="password"):
        read_pdf(files.with_password(files.pdf(PAGE), "geheim"))
    assert read_pdf(files.with_password(files.pdf(PAGE), "")).documents[0].title == "Huur betalen"


@pytest.mark.parametrize("raw", [files.pdf(PAGE)[:300], b"%PDF-1.7\n" + b"\xff" * 900, b"geen pdf"])
def test_that_a_broken_pdf_is_refused(raw: bytes) -> None:
    with pytest.raises(CannotRead, match="broken"):
        read_pdf(raw)


# -- tables ----------------------------------------------------------------------------------------------------------


def test_that_each_row_of_a_table_is_an_article_whatever_the_columns_are_called_in_dutch_or_english() -> None:
    for head in ("vraag;antwoord;taal;link", "Answer;Question;Language;URL"):
        cells = ["Mag ik een hond?", "Ja, dat mag.", "Nederlands", "https://v.example/hond"]
        cells = cells if head.startswith("vraag") else [cells[1], cells[0], *cells[2:]]
        read = read_table(f"{head}\n{';'.join(cells)}\n".encode())
        (document,) = read.documents
        assert (document.title, document.language, document.place) == ("Mag ik een hond?", "nl", "row 2")
        assert (document.blocks[0].text, document.address) == ("Ja, dat mag.", "https://v.example/hond")


def test_that_a_row_that_misses_something_is_named_and_the_others_are_read() -> None:
    rows = 'question,answer,tags\n,geen vraag,\nVraag?,,\n"Wel?","Ja.\n\n- een\n- twee",huur|borg\n,,\nNiet af?\n'
    read = read_table(rows.encode())
    assert read.problems == (
        Problem("row 2", "the question is empty"),
        Problem("row 3", "the answer is empty"),
        Problem("row 6", "the answer is empty"),
    )
    (document,) = read.documents
    assert kinds(document.blocks) == [("paragraph", "Ja."), ("item", "een"), ("item", "twee")]
    assert document.fields == {"tags": ["huur", "borg"]}


def test_that_a_table_without_the_columns_or_the_rows_is_refused() -> None:
    with pytest.raises(CannotRead, match="no column is called answer") as refused:
        read_table(b"vraag,iets\na,b\n")
    assert refused.value.place == "row 1"
    with pytest.raises(CannotRead, match="no row"):
        read_table(b"vraag,antwoord\n")


def test_that_a_cell_without_an_end_is_named() -> None:
    read = read_table(b'vraag,antwoord\nMag het?,"' + b"ja " * 60_000 + b'"\nEn nu?,Ja hoor.\n')
    assert [problem.place for problem in read.problems] == ["row 2"]


# -- Markdown and text -----------------------------------------------------------------------------------------------


def test_that_markdown_is_read_without_front_matter() -> None:
    read = read_prose(
        "# Wat kost het?\n\nHet kost **€ 10**.\n\n## Meer\n\n- een\n- twee\n\n<script>x</script>\n".encode()
    )
    assert read.title == "Wat kost het?"
    assert kinds(read.blocks)[1:] == [
        ("paragraph", "Het kost € 10."),
        ("heading", "Meer"),
        ("item", "een"),
        ("item", "twee"),
    ]


def test_that_front_matter_of_other_programs_is_understood_and_the_rest_of_it_left() -> None:
    read = read_prose(
        b"---\nTitle: Borg\nlang: nl-NL\nauthor: Team Verhuur\nlayout: post\nkeywords: [huur, borg]\n"
        b"permalink: https://v.example/borg\nreview_by: 2027-01-01\n---\nU krijgt de borg terug.\n"
    )
    assert (read.title, read.language, read.address) == ("Borg", "nl", "https://v.example/borg")
    assert read.fields == {"owner": "Team Verhuur", "tags": ["huur", "borg"], "review_by": "2027-01-01"}


@pytest.mark.parametrize("front", ["a: [b", "- a", "a: &x b\nc: *x"])
def test_that_broken_front_matter_is_told_and_the_text_is_read(front: str) -> None:
    read = read_prose(f"---\n{front}\n---\nBel ons gerust.\n".encode())
    assert kinds(read.blocks) == [("paragraph", "Bel ons gerust.")]
    assert any("front matter" in note for note in read.notes)


# -- encodings -------------------------------------------------------------------------------------------------------

ACCENTS = "Eén café à la crème – € 10"


@pytest.mark.parametrize(
    ("raw", "notes"),
    [
        (ACCENTS.encode(), ()),
        (ACCENTS.encode("utf-8-sig"), ()),
        (ACCENTS.encode("utf-16"), ()),
        (ACCENTS.encode("cp1252"), (GUESSED,)),
        (b'<meta charset="windows-1252">' + ACCENTS.encode("cp1252"), ()),
        (b'<meta charset="iso-8859-1">' + ACCENTS.encode("cp1252"), ()),
        (b'<meta charset="bestaat-niet">' + ACCENTS.encode("cp1252"), (GUESSED,)),
        (b'<meta charset="iso-8859-1">' + ACCENTS.encode(), ()),  # says one thing, is another
        (b'<meta charset="rot13">' + ACCENTS.encode(), ()),
    ],
)
def test_that_the_accents_are_read_whatever_wrote_them(raw: bytes, notes: tuple[str, ...]) -> None:
    text, told = decoded(raw)
    assert text.endswith(ACCENTS)
    assert told == notes


def test_that_text_that_was_saved_wrongly_before_is_flagged() -> None:
    assert decoded(ACCENTS.encode().decode("cp1252", "ignore").encode())[1] == (DOUBLED,)


@pytest.mark.parametrize(
    ("raw", "why", "place"),
    [
        (b"", "empty", ""),
        (b"\xef\xbb\xbf \n", "empty", ""),
        (b"\x00\x00\x00", "empty", ""),
        (b"tekst\nen \x00\x01 meer", "no text", "line 2"),
        (b"tekst\n\x81\x8d\x90", "not text", "line 2"),
        (b"\xff\xfet\x00e", "not text in utf-16", "line 1"),
    ],
)
def test_that_what_is_no_text_is_refused_with_its_line(raw: bytes, why: str, place: str) -> None:
    with pytest.raises(CannotRead, match=why) as refused:
        decoded(raw)
    assert refused.value.place == place


def test_that_kinds_have_the_names_that_go_over_the_pipe() -> None:
    assert [kind.value for kind in Kind] == ["heading", "paragraph", "item"]
