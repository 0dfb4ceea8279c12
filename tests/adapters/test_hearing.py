"""What the hearing hears: tables of lines that must be heard and of lines that sound like it and must not."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.adapters.hearing.dangers import KINDS
from gehoor.adapters.hearing.hears import TableHearing
from gehoor.adapters.hearing.language import get_ready
from gehoor.core.conversation.model import Danger, Heard, Signal
from gehoor.core.errors import Invalid
from gehoor.core.guarantee.heard import Course, course
from gehoor.core.text import clean
from gehoor.texts.read import sentences

HEARING = TableHearing()


get_ready()


def heard(text: str, language: str = "nl") -> Heard:
    return HEARING.hear(text, language).heard


# ---------------------------------------------------------------------------------------------------- wants a person

WANTS = [
    "medewerker",
    "mens",
    "bel me",
    "ik wil een echt persoon",
    "medewerkr",
    "ik wil een medewerkr spreken",
    "GEEF ME VERDOMME EEN MENS!!!",
    "medewerker!!",
    "een mens aub",
    "mag ik een medewerker",
    "Kan ik een medewerker spreken?",
    "ik wil iemand spreken",
    "kan ik met iemand praten",
    "ik wil niet met een robot praten",
    "Ik wil een echt mens spreken, geen robot",
    "ik wil geen robot maar een medewerker",
    "verbind me door",
    "kunt u mij doorverbinden",
    "kunnen jullie mij terugbellen?",
    "bel mij terug aub",
    "ik wil teruggebeld worden",
    "kan iemand mij even bellen",
    "agent",
    "human",
    "I want to talk to a person",
    "can i speak to someone",
    "let me talk to a real person please",
    "i need a human",
    "call me back please",
    "get me a human now",
    "representative",
    "speak to an agent",
    "waarom kan ik niet met een mens praten",
    "is er een medewerker beschikbaar",
    "ik heb een medewerker nodig",
    "die chatbot snapt me niet, mag ik een medewerker",
    "Ik word van het kastje naar de muur gestuurd en wil NU iemand aan de lijn die er iets van weet",
    "kan iemand mij even bellen aub, ik kom er met die website niet uit",
    "hoe krijg ik een mens aan de lijn",
    "I'd like to speak with a member of staff",
    "connect me to an agent",
    "transfer me",
    "ik wil de manager spreken",
    "Geachte, ik zou graag een gesprek inplannen met een medewerker van uw afdeling Wonen.",
    "graag contact met een medewerker",
    "ik wil mdwerker",
    "medewerkster graag",
    "Ik wil graag met een collega van u praten",
    "can someone call me",
    "i don't want to talk to a bot",
    "is there a human?",
    "praten met een mens",
    "ben je een robot? ik wil een mens",
    "nee ik wil gewoon een mens",
    "echt persoon",
    "real person",
    "ik wil mens praten",
    "Kunt u mij bellen op 0612345678?",
    "bel me op 06 12345678",
    "medewerker alsjeblieft",
    "Sorry dat ik stoor, ik kom er niet uit, medewerker graag",
    "Kunt u iemand laten bellen",
    "kan er iemand terugbellen",
    "bellen jullie mij even terug?",
    "ik wil een medewerker sprekken",
    "verbind mij met een medewerker",
    "stop, ik wil een persoon",
    "no bots, human",
    "not a robot please, a human",
    "wil iemand spreken",
    "mag ik iemand aan de lijn",
]

WANTS_NOT = [
    "medehuurder",
    "wanneer komt de monteur",
    "ik wil geen medewerker",
    "de medewerker zei dat",
    "is de medewerker al geweest",
    "praat ik met een mens?",
    "ik wil een medehuurder toevoegen",
    "hoe zeg ik mijn huur op",
    "Jullie medewerker aan de telefoon was ontzettend onbeschoft",
    "ik heb gisteren een medewerker gesproken",
    "de medewerker van vorige week heeft beloofd te bellen",
    "hoeveel mensen mogen hier wonen",
    "ik wil iemand op het contract zetten",
    "kan iemand anders de sleutels inleveren",
    "ben je een robot",
    "are you human",
    "I don't want a human",
    "i want to add a person to my contract",
    "human resources",
    "mijn collega huurt ook bij jullie",
    "laat maar, ik heb geen medewerker meer nodig",
    "bel me niet",
    "de buren bellen steeds aan",
    "ik heb geen computer",
    "drie keer beloofd terug te bellen en nul keer gebeurd",
    "my letting agent told me",
    "how many people can live here",
    "iemand op marktplaats",
    "mag mijn zoon namens mij spreken",
    "inkomenstoets voor twee personen",
    "is my agent fee refundable",
    "call me crazy but the rent is high",
    "ik ben mens genoeg om te wachten",
    "mensen dumpen zakken",
    "ik wil een medewerker bedanken",
    "no human",
    "geen mens",
    "uw medewerking wordt op prijs gesteld",
]

WANTS_PERHAPS = [
    "op welke momenten kan ik iemand van de corporatie in het echt spreken zonder afspraak",
    "kan iemand van jullie met me meekijken bij het invullen",
    "ik krijg geen medewerker te pakken over mijn aanvraag",
    "help",
]


@pytest.mark.parametrize("text", WANTS)
def test_that_who_asks_for_a_person_is_heard(text: str) -> None:
    assert heard(text).wants_human is Signal.YES


@pytest.mark.parametrize("text", WANTS)
def test_that_who_asks_for_a_person_is_heard_in_capitals_and_in_an_english_conversation(text: str) -> None:
    assert heard(text.upper(), "en").wants_human is Signal.YES


@pytest.mark.parametrize("text", WANTS_NOT)
def test_that_who_speaks_about_people_asks_for_nobody(text: str) -> None:
    assert heard(text).wants_human is not Signal.YES


@pytest.mark.parametrize(
    "text",
    [
        "medehuurder",
        "wanneer komt de monteur",
        "ik wil geen medewerker",
        "de medewerker zei dat",
        "is de medewerker al geweest",
    ],
)
def test_that_the_near_misses_are_a_plain_no(text: str) -> None:
    assert heard(text).wants_human is Signal.NO


@pytest.mark.parametrize("text", WANTS_PERHAPS)
def test_that_what_is_not_sure_is_a_maybe(text: str) -> None:
    assert heard(text).wants_human is Signal.MAYBE


# ----------------------------------------------------------------------------------- is it a person; no person any more

IDENTITY = [
    "ben je een robot",
    "praat ik met een mens?",
    "are you a bot",
    "bent u een echt persoon?",
    "ben je een robot of een mens",
    "spreek ik met een computer",
    "is dit een chatbot",
    "are you human",
    "am i talking to a person",
    "is this a bot?",
    "met wie spreek ik",
    "zit er een mens achter",
    "ben jij echt?",
    "ben je echt",
    "Are you a real person?",
    "Ben ik met een mens aan het praten?",
]

IDENTITY_NOT = [
    "ik ben geen robot",
    "ben je gek",
    "zijn jullie open",
    "is this a good area",
    "are you open on saturday",
    "ben je verzekerd",
    "ben je echt verplicht te verhuizen",
    "is dit mijn huis",
    "are you really going to raise the rent",
    "ben ik aan het goede adres",
    "bent u de verhuurder",
]

WITHDRAWN = [
    "laat maar, ik heb geen medewerker meer nodig",
    "no longer need a person",
    "ik hoef geen medewerker meer",
    "i don't need an agent anymore",
    "ik wil toch geen medewerker",
    "ik hoef niemand meer te spreken",
    "jullie hoeven mij niet meer te bellen",
    "no need for a human",
    "I no longer need to speak to someone",
    "ik heb toch geen mens meer nodig",
    "jullie hoeft mij niet meer te bellen",
    "annuleer mijn verzoek om een medewerker",
]

WITHDRAWN_NOT = [
    "laat maar",
    "ik heb geen medewerker meer gesproken",
    "ik kan geen medewerker meer bereiken",
    "als ik geen medewerker meer nodig heb, wat dan",
    "het is niet meer nodig",
    "ik wil geen medewerker",
    "ik heb de parkeerplaats niet meer nodig",
    "ik wil een medewerker en geen robot meer",
    "i no longer need the garage",
    "waarom is er geen medewerker meer",
]


@pytest.mark.parametrize("text", IDENTITY)
def test_that_the_question_whether_it_is_a_person_is_no_request(text: str) -> None:
    assert course(heard(text)) is Course.IDENTITY


@pytest.mark.parametrize("text", IDENTITY_NOT)
def test_that_another_question_about_us_is_not_about_identity(text: str) -> None:
    assert heard(text).asks_identity is Signal.NO


def test_that_a_request_goes_before_the_question_who_we_are() -> None:
    assert course(heard("Ben je een robot? Ik wil een mens spreken.")) is Course.PERSON


@pytest.mark.parametrize("text", WITHDRAWN)
def test_that_who_needs_nobody_any_more_is_heard(text: str) -> None:
    assert course(heard(text)) is Course.WITHDRAWAL


@pytest.mark.parametrize("text", WITHDRAWN_NOT)
def test_that_a_request_is_never_withdrawn_without_so_many_words(text: str) -> None:
    assert heard(text).withdraws is not Signal.YES


# --------------------------------------------------------------------------------------------------------------- danger

REPORTED = {
    "gas": [
        "ik ruik gas",
        "gisteren rook ik al iets en nu ruik ik gas",
        "ik ruik een sterke gaslucht in het trappenhuis",
        "er is een gaslek",
        "gaslucht in de keuken",
        "het ruikt naar gas in de gang",
        "I smell gas",
        "there is a gas leak",
        "help gaslek!",
        "sinds gisteren ruik ik gas",
        "ik denk dat ik gas ruik",
        "wat moet ik doen ik ruik gas",
        "gaslek",
        "smells like gas here",
        "mijn huis stinkt naar gas",
        "er hangt een gaslucht",
    ],
    "koolmonoxide": [
        "Co-melder gaat af, moeten we naar buiten?",
        "de koolmonoxidemelder gaat af",
        "My carbon monoxide detector went off, is it dangerous?",
        "er is koolmonoxide gemeten",
        "ik heb hoofdpijn en ben misselijk sinds de ketel aanstaat, en nu loeit er een alarm",
        "CO alarm is going off",
    ],
    "brand": [
        "er is brand",
        "de buren hebben brand",
        "ik zie vlammen uit het raam komen",
        "there's smoke in the hallway",
        "brand!",
        "mijn keuken staat in brand",
        "brand in de keuken",
        "there is a fire in my kitchen",
        "the house is on fire",
        "er komt rook uit de meterkast",
        "Er brandt iets in de meterkast, het ruikt naar verschroeid plastic",
        "fire!",
        "help brand",
        "het huis staat in de fik",
        "smoke is coming from the socket",
        "er is brand wie moet ik bellen",
    ],
    "lift_opgesloten": [
        "We zitten vast in de lift op de derde verdieping!",
        "ik ben opgesloten tussen twee etages wat moet ik doen",
        "I'm stuck in the lift, what number should I call?",
        "er zit een kind vast in de lift en ik hoor het huilen",
        "ik zit vast in de lift",
        "trapped in the elevator",
        "ja hallo ik sta hier in de lift en hij gaat niet open",
        "ik zit opgesloten in de lift",
    ],
    "instorting": [
        "het plafond is naar beneden gekomen",
        "het plafond is ingestort",
        "het plafond in de badkamer is net naar beneden gekomen",
        "the ceiling collapsed",
        "er hangt een stuk gevel los en er lopen hier kinderen onderdoor",
        "balkonhek hangt los boven de straat, levensgevaarlijk",
        "het dak stort in",
    ],
    "geweld_huiselijk": [
        "mijn man slaat mij",
        "mijn vriend heeft me geslagen",
        "ik word mishandeld",
        "my husband hits me",
        "ik moet dringend een ander huis want mijn man slaat mij",
        "mijn ex slaat de kinderen",
        "I am being abused by my partner",
        "ik word geslagen door mijn vriend",
        "hij slaat me",
    ],
    "zelfbeschadiging": [
        "ik wil dood",
        "ik wil niet meer leven",
        "ik maak een eind aan mijn leven",
        "I want to kill myself",
        "ik denk aan zelfmoord",
        "i want to die",
        "ik wil een einde aan mijn leven maken",
        "ik spring zo van het balkon",
        "ik ga mezelf iets aandoen",
    ],
    "medisch": [
        "mijn man ademt niet",
        "mijn moeder is bewusteloos",
        "my father is having a heart attack",
        "stuur een ambulance",
        "hij ademt niet meer",
        "ik krijg geen lucht",
        "we need an ambulance",
        "mijn vrouw krijgt een hartaanval",
    ],
    "bedreiging": [
        "mijn buurman bedreigt mij met een mes",
        "ik word bedreigd",
        "mijn ex staat voor de deur en bedreigt me",
        "hij bedreigt mij",
        "my neighbour is threatening me",
        "er staat een man met een mes voor de deur",
        "he has a knife",
        "ik ben bang voor die man van beneden, hij bedreigt mij",
    ],
    "waterlekkage_ernstig": [
        "HELP het water spuit uit de muur en het is zondagavond",
        "mijn huis staat blank",
        "leiding gesprongen door de vorst",
        "water komt uit de lamp",
        "my flat is flooded",
        "a pipe burst",
        "HET STROOMT HIER NAAR BINNEN",
        "het water stroomt door het plafond",
        "Water is coming through my ceiling light, is that dangerous?",
        "de waterleiding is gesprongen",
        "water is pouring through the ceiling",
        "de kelder staat onder water",
    ],
    "inbraak_deur": [
        "er is bij mij ingebroken",
        "Mijn voordeur is ingetrapt bij een inbraak en kan niet meer op slot, het is half twaalf",
        "er is ingebroken en het raam ligt eruit, politie is al geweest",
        "My front door was kicked in and I can't lock it, it's midnight",
        "someone broke into my house",
        "nacht deur kapot door dief. help nummer",
        "er is net ingebroken",
    ],
    "stroom_uitval": [
        "de stroom is uitgevallen",
        "geen stroom in het hele huis",
        "electriciteit is weg",
        "the power is out",
        "we hebben geen stroom",
        "ik zit zonder stroom",
        "no power in my flat",
        "we hebben al uren geen stroom",
    ],
    "buitengesloten": [
        "ik ben buitengesloten",
        "I'm locked out",
        "De deur is achter me dichtgevallen in mijn pyjama",
        "ik heb mezelf buitengesloten",
        "i locked myself out",
    ],
    "geen_verwarming_vorst": [
        "geen verwarming en het vriest",
        "geen verwarming, buiten vriest het",
        "de verwarming doet het niet en het vriest 5 graden",
        "no heating and it is freezing",
        "verwarming kapot met een baby",
    ],
}

CALM = [
    "brandverzekering",
    "rookmelder piept",
    "gasmeter stand",
    "ik lach me dood",
    "hoe meld ik een gaslek?",
    "lift doet het niet",
    "wat moet ik doen bij een gaslek",
    "mag ik de lift gebruiken bij brand",
    "ik voel me buitengesloten van de toewijzing",
    "My account is locked, please unlock it",
    "i am locked out of my account",
    "brandalarm gaat midden in de nacht af zonder vuur",
    "is er in mijn woning kans op koolmonoxide van de oude geiser",
    "er druppelt water door het plafond",
    "lek",
    "mijn dossier is verbrand bij de brand",
    "gaat de woning van het gas af?",
    "wanneer komt de lift",
    "het licht in de gang brandt niet",
    "bij mijn buren brandt alles gewoon maar bij mij is het pikkedonker",
    "jullie dreigen met een deurwaarder",
    "mijn man is dood",
    "Ik verveel me dood",
    "wat als ik vast kom te zitten in de lift",
    "als ik gas ruik wie bel ik dan",
    "vorig jaar is er ingebroken",
    "zo kan ik niet meer leven met die herrie",
    "ik wil hier niet meer leven",
    "the fire alarm keeps beeping",
    "where is the fire extinguisher",
    "bbq rook komt elke dag in mijn slaapkamer",
    "ik heb brandschade aan de keuken, wat moet ik doen",
    "hoe voorkom ik koolmonoxide",
    "wat is huiselijk geweld",
    "ik heb geen gas",
    "ik ruik geen gas",
    "er is geen brand",
    "de stroom valt uit als ik de oven aanzet",
    "geen stroom op een stopcontact",
    "water stroomt langzaam weg",
    "ik krijg geen water uit de kraan",
    "kan ik inbraakwerende sloten krijgen",
    "Mijn huis staat op instorten en dan nog durven jullie meer te vragen",
    "co melder gaat niet af bij test",
    "de ketel slaat steeds af",
    "dat slaat nergens op",
    "ik wil niet dood",
    "this rent is killing me",
    "i'm dying to move in",
    "my rent is sky high",
    "we are burning through money",
    "the deadline is killing me",
    "de radiator krijgt geen lucht",
    "leven lang huren",
    "power of attorney",
    "hot water stopped flowing",
    "lift in onderhoud",
    "ik zoek een huis met gas",
    "mijn buurman rookt in de lift",
    "ik zit in de lift en er stinkt iets",
    "hoe werkt de noodknop in de lift",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in REPORTED.items() for text in texts])
def test_that_danger_now_is_heard_with_its_kind_and_level(kind: str, text: str) -> None:
    found = heard(text)
    assert (found.urgent, found.urgent_kind) == (Signal.YES, kind)
    assert found.danger is LEVELS[kind]


@pytest.mark.parametrize("text", CALM)
def test_that_an_ordinary_line_raises_no_alarm(text: str) -> None:
    assert heard(text).urgent is not Signal.YES


@pytest.mark.parametrize(
    "text",
    [
        "brandverzekering",
        "rookmelder piept",
        "gasmeter stand",
        "ik lach me dood",
        "lift doet het niet",
        "ik ruik geen gas",
        "er is geen brand",
        "lek",
    ],
)
def test_that_a_false_friend_is_a_plain_no(text: str) -> None:
    found = heard(text)
    assert (found.urgent, found.urgent_kind, found.danger) == (Signal.NO, None, Danger.NONE)


@pytest.mark.parametrize(
    "text",
    [
        "hoe meld ik een gaslek?",
        "wat moet ik doen bij een gaslek",
        "als ik gas ruik wie bel ik dan",
        "vorig jaar is er ingebroken",
        "er druppelt water door het plafond",
        "spoed",
        "over die gaslucht heb ik al drie brieven gekregen",
    ],
)
def test_that_danger_which_may_not_be_now_is_a_maybe(text: str) -> None:
    assert heard(text).urgent is Signal.MAYBE


def test_that_the_worst_of_two_dangers_counts() -> None:
    assert heard("Het huis staat blank en ik ruik gas").urgent_kind == "gas"
    assert heard("Het huis staat blank, we zijn in gevaar").urgent_kind == "overig"
    assert heard("de stroom is uitgevallen en er is brand in de keuken").urgent_kind == "brand"


def test_that_danger_goes_before_a_request() -> None:
    assert course(heard("ik wil een medewerker spreken, ik ruik gas")) is Course.DANGER


LEVELS = {
    **dict.fromkeys(
        (
            "gas",
            "koolmonoxide",
            "brand",
            "lift_opgesloten",
            "instorting",
            "geweld_huiselijk",
            "zelfbeschadiging",
            "medisch",
            "bedreiging",
            "overig",
        ),
        Danger.LIFE,
    ),
    **dict.fromkeys(("waterlekkage_ernstig", "inbraak_deur"), Danger.DAMAGE),
    **dict.fromkeys(("stroom_uitval", "buitengesloten", "geen_verwarming_vorst"), Danger.DISCOMFORT),
}


def test_that_every_kind_of_danger_has_its_level_and_its_safety_text() -> None:
    assert {kind.id: kind.danger for kind in KINDS} == LEVELS
    assert [kind.id for kind in KINDS if f"safety_{kind.id}" not in sentences()["nl"]] == []


# ------------------------------------------------------------------------------------------------------------- the rest


@pytest.mark.parametrize(
    ("text", "known", "language"),
    [
        ("Hoe zeg ik mijn huur op?", "en", "nl"),
        ("When can I get the keys of my house?", "nl", "en"),
        ("ok", "en", "en"),
        ("Deadline voor bezwaar", "en", "en"),
        ("lift", "nl", "nl"),
        ("Wat is the deadline", "nl", "nl"),
        ("Wat is the deadline", "en", "en"),
        ("Asansörde mahsur kaldık, hangi numarayı aramalıyız?", "nl", "tr"),
        ("ما هي ساعات عمل المكتب", "en", "ar"),
        ("Потрібна людина, а не робот", "nl", "uk"),
        ("Мне нужен живой человек, это срочно", "nl", "ru"),
        ("Ich möchte bitte mit jemandem sprechen", "nl", "de"),
        ("bidi ehki ma3 7ada law sama7t", "nl", "ar"),
        ("ساعت کاری شما چیست", "nl", "fa"),
        ("我要找人工客服", "nl", "zh"),
    ],
)
def test_that_the_language_is_heard_or_kept(text: str, known: str, language: str) -> None:
    assert heard(text, known).language == language


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Ik wil een klacht indienen over hoe ik behandeld ben", "complaint"),
        ("Hierbij maak ik bezwaar tegen de huurverhoging", "formal_objection"),
        ("Ik wil mijn persoonsgegevens inzien", "privacy_request"),
    ],
)
def test_that_what_needs_a_receipt_is_heard(text: str, signal: str) -> None:
    assert getattr(heard(text), signal) is Signal.YES


def test_that_who_says_that_reading_is_hard_gets_offers_and_no_label() -> None:
    found = heard("Ik kan niet goed lezen en schrijven")
    assert found.needs_support is not Signal.NO
    assert "simple_words" in found.support


@pytest.mark.parametrize(
    "text", ["", "   ", "\U0001f600\U0001f622", "\u200b\u200b", "?!?!", "\ud83d", "a" * 100_000, "gas " * 25_000]
)
def test_that_no_text_is_too_strange_to_be_heard(text: str) -> None:
    began = time.perf_counter()
    TableHearing().listen(text, "nl")
    assert time.perf_counter() - began < 1.0  # a canary; the bench judges


def test_that_a_long_text_is_heard_to_its_end() -> None:
    assert TableHearing().listen("de tuin is groen. " * 5000 + "bel mij terug", "nl").wants_human is Signal.YES


def test_that_each_hearing_names_the_tables(tmp_path: Path) -> None:
    (tmp_path / "urgent_ours.txt").write_text("[yes nl gas]\ngasbel\n", encoding="utf-8")
    own = TableHearing(tmp_path)
    assert heard("hallo").version == TableHearing().version != own.version
    assert heard("hallo").version.startswith("tables-")
    assert own.listen("een gasbel", "nl").urgent_kind == "gas"


def test_that_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="There is no folder"):
        TableHearing(tmp_path / "tables")


def test_that_a_table_of_no_signal_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "anger.txt").write_text("[yes nl]\nboos\n", encoding="utf-8")
    with pytest.raises(Invalid) as wrong:
        TableHearing(tmp_path)
    assert "anger.txt" in str(wrong.value)
    assert "wants_human" in str(wrong.value)


@given(st.text(max_size=300))
def test_that_no_text_makes_it_fail(text: str) -> None:
    HEARING.hear(text, "nl")
    HEARING.hear(clean(text), "xx")


WORDS = (
    "ik wil geen een mens medewerker spreken met gas ruik brand in de lift vast als niet , . ? 0612345678 1234 AB a@b"
)


@given(st.lists(st.sampled_from([*WORDS.split(), "ſ", "İ", "²", "٣", "\ud800", "'", "|"]), max_size=60))
def test_that_no_heap_of_its_own_words_makes_it_fail(words: list[str]) -> None:
    HEARING.hear(" ".join(words), "nl")


@pytest.mark.bench
def test_that_a_calm_line_of_twelve_words_takes_less_than_three_tenths_of_a_millisecond() -> None:
    # A generous canary, on a machine that does other things as well: it takes some 40 microseconds.
    text = "Hoe kan ik mijn huur op tijd betalen als ik op vakantie ben"
    best = min(_seconds(text) for _ in range(50))
    assert best < 300e-6


@pytest.mark.bench
@pytest.mark.parametrize(
    "piece",
    [
        "ik wil ",
        "een echte ",
        "0",
        "a",
        "Aa.straat ",
        "06 ",
        "NL91ABNA ",
        "a@",
        "water stroomt de gas brand lift ",
        "A ",
    ],
)
def test_that_the_longest_message_of_any_shape_takes_no_long_time(piece: str) -> None:
    text = (piece * 4000)[:4000]
    assert min(_seconds(text, 1) for _ in range(3)) < 0.1


def _seconds(text: str, times: int = 100) -> float:
    begun = time.perf_counter()
    for _ in range(times):
        HEARING.hear(text, "nl")
    return (time.perf_counter() - begun) / times
