"""Small articles for tests of the knowledge room and of brains."""

from datetime import date

from gehoor.core.knowledge.article import Article, ArticlePolicy, Library, Passage

TODAY = date(2026, 11, 22)


def article(
    slug: str,
    *,
    language: str = "nl",
    policy: ArticlePolicy = ArticlePolicy.MAY_ANSWER,
    valid_from: date = date(2026, 1, 1),
    review_by: date = date(2027, 3, 1),
    answer: str = "Bel ons.",
    ways: tuple[str, ...] = (),
) -> Article:
    """An article that is in force and may be answered with, unless told otherwise."""
    return Article(
        slug=slug,
        language=language,
        title=f"Vraag over {slug}?",
        owner="Team Klantcontact",
        valid_from=valid_from,
        review_by=review_by,
        policy=policy,
        passages=(Passage("", answer), Passage("Meer", "Meer hierover.")),
        ways=ways,
    )


LIBRARY = Library(
    (
        article("huur-opzeggen", ways=("ik wil van mijn huis af", "huur opzeggen", "hoe stop ik de huur")),
        article("huur-opzeggen", language="en", answer="Call us."),
        article("lekkage", ways=("er komt water uit het plafond", "lekkage", "de kraan lekt")),
        article("lift-storing", ways=("de lift doet het niet", "lift kapot", "ik zit vast in de lift")),
        article("klacht", policy=ArticlePolicy.MAY_SUGGEST, ways=("ik heb een klacht", "klagen over jullie")),
        article("huurachterstand", policy=ArticlePolicy.PEOPLE_ONLY, ways=("ik kan de huur niet betalen",)),
        article("oud", review_by=date(2026, 11, 21), ways=("iets van vroeger",)),
    ),
    ("wie wint het songfestival", "hoe laat gaat de trein"),
)
