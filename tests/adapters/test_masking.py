"""Which characters of a text are personal data, and which only look like it."""

import pytest

from gehoor.adapters.hearing.hears import TableHearing
from gehoor.adapters.hearing.masking import spans

HEARING = TableHearing()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        # e-mail
        ("mail jan.de-vries+huur@post.example.nl aub", "mail [EMAIL] aub"),
        ("(jan@post.nl)", "([EMAIL])"),
        ("JAN@POST.NL.", "[EMAIL]."),
        # bank account
        ("NL91ABNA0417164300", "[IBAN]"),
        ("van nl91 abna 0417 1643 00 naar jullie", "van [IBAN] naar jullie"),
        ("NL91.ABNA.0417.1643.00 en dan", "[IBAN] en dan"),
        ("BE68 5390 0754 7034 is mijn rekening", "[IBAN] is mijn rekening"),
        ("DE89370400440532013000", "[IBAN]"),
        ("NL91ABNA0417164301", "[IBAN]"),  # a typing error does not make it less mine
        # telephone
        ("0612345678", "[PHONE]"),
        ("bel 06-12345678 of 06 12 34 56 78", "bel [PHONE] of [PHONE]"),
        ("(020) 123 45 67", "[PHONE]"),
        ("0229-123456", "[PHONE]"),
        ("+31 6 12345678", "[PHONE]"),
        ("+31 (0)6 12345678", "[PHONE]"),
        ("0031612345678", "[PHONE]"),
        ("06/12.34.56.78", "[PHONE]"),
        ("+48 601 234 567", "[PHONE]"),
        # citizen service number
        ("123456782", "[BSN]"),
        ("bsn 123456782", "bsn [BSN]"),
        ("123.456.782", "[BSN]"),
        ("mijn burgerservicenummer is: 1234 56 782", "mijn burgerservicenummer is: [BSN]"),
        ("bsn 123456789", "bsn [BSN]"),  # the digits do not fit, but it says what it is
        ("BSN: 12345678", "BSN: [BSN]"),
        # postcode, address
        ("1234 AB", "[POSTCODE]"),
        ("1234ab", "[POSTCODE]"),
        ("ik woon in 1234 xz", "ik woon in [POSTCODE]"),
        ("1234 AB 12", "[ADDRESS]"),
        ("1234AB, huisnummer 12a.", "[ADDRESS]."),
        ("1234 AB nr. 12-3", "[ADDRESS]"),
        ("Dorpsstraat 12, 1234 AB Voorbeeldstad", "[ADDRESS] Voorbeeldstad"),
        ("ik woon op Lange Dorpsstraat 12a", "ik woon op [ADDRESS]"),
        ("kerkweg 5 lekt", "[ADDRESS] lekt"),
        ("Postcode 1011 OP", "Postcode [POSTCODE]"),
        # several
        (
            "Ik ben 123456782, mail a@b.nl of bel 0612345678. Kerkstraat 1, 1234 AB.",
            "Ik ben [BSN], mail [EMAIL] of bel [PHONE]. [ADDRESS].",
        ),
    ],
)
def test_that_personal_data_are_replaced_by_their_kind(text: str, masked: str) -> None:
    assert HEARING.mask(text) == masked
    assert HEARING.hear(text, "nl").masked == masked


@pytest.mark.parametrize(
    "text",
    [
        "Hoe zeg ik mijn huur op?",
        "@ tien uur",
        "bel 112, 113 of 0800-9009",
        "0800-0113 is gratis",
        "0900-8844",
        "0900 1234567",
        "14 020",
        "14 0229",
        "om 10:30 uur op 22-11-2026",
        "2026-11-22",
        "de huur is 1.234.567,89",
        "123456789",  # nine digits that are no citizen service number, and nothing says so
        "481-234-567",  # our own reference
        "in 2020 is het gebouwd",
        "sinds 2019 en 2020 op de lijst",
        "IN 2020 IS HET GEBOUWD",
        "1500 op mijn rekening",
        "tussen 1900 en 2000",
        "1234 SS",
        "onderweg 2 keer gebeld",
        "snelweg 12 is dicht",
        "0900 123456",
        "de straat 12 dagen dicht",
        "meterstand 12345",
        "NL12 is geen rekening",
        "code F28",
        "",
    ],
)
def test_that_what_only_looks_like_it_stays(text: str) -> None:
    assert HEARING.mask(text) == text


def test_that_a_text_without_digit_or_at_sign_is_not_searched() -> None:
    assert list(spans("Dorpsstraat twaalf, jan apenstaart post punt nl " * 50)) == []


@pytest.mark.parametrize(
    "text", ["0612345678 " * 300, "a@b.nl " * 500, "1234 AB 1 " * 400, "NL91ABNA0417164300 " * 200]
)
def test_that_every_one_of_many_is_found(text: str) -> None:
    left = HEARING.mask(text)
    assert not any(character.isdigit() or character == "@" for character in left)
