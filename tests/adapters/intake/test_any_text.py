"""Whatever a document says, what becomes of it is an article that can be read again, or a refusal by name."""

from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gehoor.adapters.articles.intake.blocks import Block, CannotRead, Document, Kind, one_line
from gehoor.adapters.articles.intake.drafting import passages, pieces, slug_of, title_of
from gehoor.adapters.articles.intake.importing import understood, written

MARKUP = st.sampled_from(
    ["# ", "---", "- ", "1. ", "<b>", "[a](b)", "](javascript:x)", "&lt;", "```", "> ", "* ", "\\", ": ", "'"]
)
TEXT = st.lists(st.one_of(st.text(max_size=12), MARKUP, st.just("Dit is een hele zin.")), max_size=6).map(
    lambda parts: one_line(" ".join(parts))
)
BLOCKS = st.lists(st.builds(Block, st.sampled_from(Kind), TEXT.filter(bool), st.integers(1, 6)), max_size=12)


@given(title=TEXT, blocks=BLOCKS, whole=st.booleans())
@settings(deadline=None, max_examples=200)
def test_that_what_is_made_of_any_text_can_be_read_again(title: str, blocks: list[Block], whole: bool) -> None:
    for piece in pieces(Document(title=title, blocks=tuple(blocks), whole=whole)):
        name, _ = title_of(piece, "bestand")
        slug = slug_of(name) or "artikel"
        front: dict[str, object] = {
            "slug": slug,
            "language": "nl",
            "title": name,
            "owner": "Team",
            "valid_from": date(2026, 1, 1),
            "review_by": date(2026, 1, 1),
            "policy": "people_only",
        }
        try:
            made, _ = passages(piece, "nl")
            article = understood(written(front, made), Path("nl") / f"{slug}.md", "")
        except CannotRead:
            continue
        assert article.title == name
        assert [one.heading for one in article.passages] == [one.heading for one in made]
