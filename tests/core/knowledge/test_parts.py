import pytest

from gehoor.core.knowledge.parts import questions_in


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Hoe zeg ik mijn huur op? En krijg ik mijn borg terug?", 2),
        ("Wanneer gaan jullie open en waar kan ik parkeren?", 2),
        ("Mag ik een hond houden? Wat kost een nieuwe sleutel? Hoe laat zijn jullie open?", 3),
        ("hoe kan ik huurtoeslag aanvragen en hoeveel krijg ik dan", 2),
        ("How do I cancel my lease? When do I get my deposit back?", 2),
    ],
)
def test_two_or_three_questions_are_taken_apart(text: str, count: int) -> None:
    parts = questions_in(text)
    assert len(parts) == count
    assert all(part in text for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hoe zeg ik mijn huur op?",
        "Mijn kraan lekt en de muur is nat. Wat moet ik doen?",
        "Ik ben boos. Ik wacht al weken. Ik bel elke dag.",
        "Hallo? Ja? Hoor je me?",
        "Wat? Hoe? Waar? Wie? Waarom moet ik dit doen en hoe en waar en wanneer en wie?",
        "Kun je mij helpen met het opzeggen van de huur en de sleutels?",
    ],
)
def test_one_question_or_a_story_stays_whole(text: str) -> None:
    assert questions_in(text) == ()
