"""The language of a message: by its letters where they tell, else by the small words that only some languages have.

A short text, or one that could be several or is none, keeps the language of the conversation: changing the language
under somebody's feet is worse than hearing it one message later (VUL-4).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from gehoor.adapters.mapped import in_a_file

_FEWEST_WORDS: Final = 2
_FEWEST_TO_CHANGE: Final = 3
_MANY_WORDS: Final = 7
_MARGIN: Final = 0.9
_CERTAIN: Final = 0.9
_SHARE: Final = 0.34
_MOST_LETTERS: Final = 400
_BY_PIECES: Final = ("nl", "en", "de", "fr", "es", "tr", "pl", "it", "pt", "ro", "hu", "uk", "ru", "bg")
_LIKELY: Final = 0.5
"""How much sooner the language of the conversation is believed."""
_MOST_WORDS: Final = 200

# Without accents, as the words are looked up. A word that several languages have counts for each of them, but less.
_SMALL_WORDS: Final = {
    "nl": (
        "de het een 't ik u je jij ge gij jullie wij mij mijn m'n uw ons onze zij hij hem niet geen wel ook maar "
        "van voor naar bij uit aan tot door dat dit deze wat wie waar wanneer waarom hoe hoeveel welke kan kunnen "
        "kunt moet moeten mag mogen wil willen heb heeft hebben ben bent zijn wordt worden gaat doe doen komt nog "
        "nu al als dan er hier iets iemand graag alstublieft aub hallo goedemorgen goedemiddag bedankt huur huis "
        "woning met en op te mn ff effe effen even gewoon toch niks steeds weer alleen omdat want die der ne nen "
        "goeiedag praten spreken vraag bel bellen medewerker mens"
    ),
    "en": (
        "the a i you he she they my your our their this that these what who where when why how which can could "
        "should would must may will do does did don't have has are am i'm were been not with without from for to "
        "and but because if there here please hello thanks any some get got it it's rent house apartment is of on "
        "me us need want someone somebody speak talk just can't im dont cant anyone out up at so be human person "
        "help"
    ),
    "de": (
        "der die das ich sie er wir ihr nicht kein keine und oder aber mit von zu zum zur auf ist sind war bin "
        "habe hat haben kann konnen muss will mochte bitte danke hallo guten tag wie was wer wo warum wann mein "
        "meine meiner ein eine einen einem einer mir mich uns jemand heute noch schon auch nur es im am den dem "
        "des fur bei hilfe wohnung miete sprechen brauche seit nach wenn dass ihnen ihre"
    ),
    "fr": (
        "le la les un une des du je j'ai tu il elle nous vous ils est sont suis ai as avez ont pas ne et ou mais "
        "avec pour dans sur qui que quoi comment pourquoi quand mon ma mes votre notre c'est s'il plait bonjour "
        "merci quelqu'un veux voudrais peux pouvez parler au aux de l'eau y cette ce ca j n'ai qu'un depuis chez "
        "moi appartement loyer besoin aide puis dois fait toujours rien"
    ),
    "es": (
        "el la los las un una yo tu ella nosotros usted es son soy estoy esta estan he ha tengo tiene no y o pero "
        "con para por en que quien como cuando donde mi mis su favor hola gracias alguien quiero puedo puede "
        "hablar del al se me lo muy hay necesito ayuda casa piso desde nadie buenas buenos dias esto ya"
    ),
    "tr": (
        "bir ve bu su o ben sen biz siz mi mu icin ile degil var yok ne nasil neden nerede kim kimse biri biriyle "
        "lutfen merhaba tesekkurler istiyorum lazim konusmak evde ev kira benim bana beni bizim cok daha gibi ama "
        "ya da de musunuz misiniz miyim olarak sonra simdi hemen yardim insan insanla geliyor kokusu olur mudur"
    ),
    "pl": (
        "i w z na do nie sie jest sa jestem mam ma czy jak co kto gdzie kiedy dlaczego prosze dzien dobry "
        "dziekuje chce moge mozna moj moja moje mnie mi ja pan pani panstwo ktos kims ale lub od dla po za to ten "
        "ta juz tylko u nas mieszkanie czynsz pomocy porozmawiac zeby bo ze prosic potrzebuje czlowiekiem wy tu "
        "tam"
    ),
    "it": (
        "il lo la gli un una io tu lui lei noi voi sono e ho ha non ma con per di da in che chi come quando dove "
        "perche mio mia favore ciao buongiorno grazie qualcuno vorrei voglio posso parlare del della nel al si mi "
        "c'e casa aiuto bisogno subito persona operatore puo"
    ),
    "pt": (
        "o os as um uma eu voce ele ela nos sou estou esta tenho tem nao e ou mas com para por em que quem como "
        "quando onde meu minha favor ola obrigado obrigada alguem quero posso falar do da no na se ajuda casa "
        "preciso pessoa aqui tudo bem ja ha"
    ),
    "ro": (
        "un o eu tu el ea noi voi sunt este am are nu si sau dar cu pentru in pe la ce cine cum cand unde meu mea "
        "va rog buna ziua multumesc cineva vreau pot vorbesc vorbi sa ma mi din casa ajutor nevoie om locuinta "
        "chirie nimeni acum"
    ),
    "hu": (
        "a az egy en te mi ti vagyok van nincs nem es vagy de hogy ki hol mikor miert kerem koszonom jo napot "
        "valaki szeretnek beszelni segitseg nekem meg mar csak ez azt itt lakas ember emberrel valakivel kell "
        "tudok akarok"
    ),
    "ar": (
        "el bel lel w fi ma mish mesh bidi biddi 3ayez 3ayz ayez ana ahki a7ki ehki akalem kalem ma3 mowazaf law sama7t"
        " samaht men 3al 3ala 3and 3andi 3andna fe mafi mafish shu esh leh lazem momken mumkin hada 7ada alo salam"
        " shukran min fadlak bas kaman hal2 delwa2ti na3am la2"
    ),
    "so": (
        "waxaan waa ma iyo oo ka ku la u aan ayaa waxa qof fadlan caawimaad guriga i ii soo rabaa inaan hadlo "
        "mahadsanid nin anigu maxaa kirada gaas dab gargaar jira igu"
    ),
    "pap": (
        "mi bo e nos nan ta tin no y o pero ku pa na di un ken kiko kon danki por fabor bon dia tardi nochi ke "
        "mester papia hende yuda kas den aki mihor awor algun mes awero ami ayuda"
    ),
}

_CYRILLIC: Final = {
    "uk": "\u0456\u0457\u0454\u0491",
    "ru": "\u044b\u044d\u0451",
    "bg": "\u044a",
}
_UKRAINIAN_WORDS: Final = (
    "\u0449\u043e \u0446\u0435 \u044f\u043a \u0442\u0430 "
    "\u0434\u043b\u044f \u043c\u0435\u043d\u0435 \u0431\u0443\u0434\u044c \u0434\u043e "
    "\u0454"
)
_UKRAINIAN: Final = frozenset(_UKRAINIAN_WORDS.split())
_RUSSIAN_WORDS: Final = (
    "\u0447\u0442\u043e \u044d\u0442\u043e \u043a\u0430\u043a \u0438 "
    "\u0434\u043b\u044f \u043c\u043d\u0435 \u0443 \u043c\u0435\u043d\u044f "
    "\u043d\u0443\u0436\u043d\u043e \u0445\u043e\u0447\u0443"
)
_RUSSIAN: Final = frozenset(_RUSSIAN_WORDS.split())
_PERSIAN_LETTERS: Final = frozenset("\u067e\u0686\u0698\u06af\u06a9\u06cc")
_PERSIAN_WORDS: Final = (
    "\u0627\u0633\u062a \u0631\u0627 \u0628\u0627 \u06cc\u06a9 \u062e\u0648\u0627\u0647\u0645"
    " \u0645\u06cc\u062e\u0648\u0627\u0647\u0645 \u0644\u0637\u0641\u0627 \u0627\u06cc\u0646"
)
_PERSIAN: Final = frozenset(_PERSIAN_WORDS.split())


def _weights() -> dict[str, tuple[tuple[str, float], ...]]:
    """Each small word with the languages that have it, and how much it says of each."""
    having: dict[str, list[str]] = {}
    for language, words in _SMALL_WORDS.items():
        for word in dict.fromkeys(words.split()):
            having.setdefault(word, []).append(language)
    return {word: tuple((one, 1.0 / len(some) ** 1.5) for one in some) for word, some in having.items()}


_WEIGHTS: Final = _weights()
LANGUAGES: Final = (*_SMALL_WORDS, "uk", "ru", "bg", "fa", "zh", "ti")
"""The languages that are told apart."""


def language_of(words: Sequence[str], known: str, text: str = "") -> str:
    """The language of the words of a text; ``known`` is that of the conversation.

    Args:
        text: as it was written; with it a longer text whose small words do not tell is looked at by its letters too.
    """
    looked_at = words[:_MOST_WORDS]
    by_letters = _by_letters(looked_at, known)
    if by_letters is not None:
        return by_letters
    if len(looked_at) < _FEWEST_WORDS:
        return known
    scores: dict[str, float] = {known: _LIKELY}
    for word in looked_at:
        for language, weight in _WEIGHTS.get(word, ()):
            scores[language] = scores.get(language, 0.0) + weight
    order = sorted(scores.values(), reverse=True)
    best = max(scores, key=lambda one: (scores[one], one == known))
    sure = order[0] - (order[1] if len(order) > 1 else 0.0) >= _MARGIN
    # Of a sentence at least a third is small words of its own language; below that it may be another that shares some.
    ordinary = scores[best] >= _SHARE * len(looked_at)
    if sure and ordinary and (best == known or len(looked_at) >= _FEWEST_TO_CHANGE):
        return best
    doubted = scores[known] > _LIKELY and len(looked_at) < _MANY_WORDS  # some words are the conversation's own
    if not text or doubted or len(looked_at) <= _FEWEST_TO_CHANGE:
        return known
    guessed, certainty = _by_pieces(text)
    if certainty >= _CERTAIN:
        return guessed
    return best if sure else known


_ready: list[Any] = []
"""The library, once it is read. Until then a text that small words do not tell keeps the conversation's language."""


def get_ready() -> None:
    """Reads what telling languages by pieces of words needs: half a second, once. From any thread."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    whole.set_languages(list(_BY_PIECES))
    # Made anew of its parts, because the whole one keeps all 142 languages; and its largest table is looked up in a
    # file, of which the machine keeps in memory what is used: 60 MB less in each process.
    mapped = in_a_file(whole.tk_nextmove)
    table = whole.tk_nextmove if mapped is None else mapped.cast(whole.tk_nextmove.typecode)
    parts = whole.nb_ptc, whole.nb_pc, whole.nb_classes, table, whole.tk_output
    _ready[:] = [LanguageIdentifier(*parts, norm_probs=True, tk_row=whole.tk_row)]


def _by_pieces(text: str) -> tuple[str, float]:
    """The language by pieces of words (Lui & Baldwin 2012), and how certain that is, from 0 to 1."""
    if not _ready:
        return "", 0.0
    language, certainty = _ready[0].classify(text[:_MOST_LETTERS])
    return str(language), float(certainty)


def _by_letters(words: Sequence[str], known: str) -> str | None:
    """The language, when most letters are of an alphabet that few of them have."""
    letters = "".join(words)
    if letters.isascii() or not letters:
        return None
    alphabets = {"cyrillic": 0, "arabic": 0, "han": 0, "ethiopic": 0}
    for letter in letters:
        code = ord(letter)
        if 0x400 <= code < 0x530:
            alphabets["cyrillic"] += 1
        elif 0x600 <= code < 0x780 or 0xFB50 <= code < 0xFE00:
            alphabets["arabic"] += 1
        elif 0x4E00 <= code < 0xA000:
            alphabets["han"] += 2
        elif 0x1200 <= code < 0x1380:
            alphabets["ethiopic"] += 1
    most = max(alphabets, key=lambda one: alphabets[one])
    if alphabets[most] * 2 < len(letters):
        return None
    return {"han": "zh", "ethiopic": "ti"}.get(most) or (
        _cyrillic(words, letters, known) if most == "cyrillic" else _arabic(words, letters, known)
    )


def _cyrillic(words: Sequence[str], letters: str, known: str) -> str:
    counts = {language: sum(map(letters.count, own)) for language, own in _CYRILLIC.items()}
    counts["uk"] += sum(word in _UKRAINIAN for word in words)
    counts["ru"] += sum(word in _RUSSIAN for word in words)
    best = max(counts, key=lambda one: (counts[one], one == known))
    if counts[best]:
        return best
    guessed, _ = _by_pieces(" ".join(words))
    return guessed if guessed in counts else known if known in counts else "uk"


def _arabic(words: Sequence[str], letters: str, known: str) -> str:
    persian = any(letter in _PERSIAN_LETTERS for letter in letters) or any(word in _PERSIAN for word in words)
    if persian:
        return "fa"
    return known if known in ("ar", "fa") else "ar"
