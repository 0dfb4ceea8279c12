"""Text that speaks to a language model instead of to a reader: a sign that somebody wants to steer the assistant.

This is a flag for the person who approves, not the defence: what a model says is bound to approved sentences anyhow
(guarantee GROUNDED). So it is wide where an honest article never says such a thing, and narrow where one might.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LONGEST_SHOWN: Final = 80

_OLD: Final = (
    r"(?:all|any|the|these|those|your|my|previous|prior|above|earlier|preceding|existing|former|other|of|safety|"
    r"alle|al|de|het|je|jouw|uw|jullie|vorige|eerdere|bovenstaande|voorgaande|bestaande|andere|deze|die) "
)
_RULES: Final = (
    r"(?:instructions?|instructies?|rules|regels|prompts?|guidelines|richtlijnen|opdrachten|aanwijzingen|context|"
    r"guardrails|filters|directives|beperkingen|restrictions)"
)
_MACHINE: Final = (
    r"(?:a\.?i\.?|ai[- ]?(?:assistant|assistent|model|bot|agent|systeem|system)|llm|gpt|chatgpt|claude|copilot|gemini|"
    r"language model|taalmodel|chatbot|assistant|assistent|(?:large )?language models?|bot)"
)
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Forget what you were told.
        rf"\b(?:ignore|disregard|forget|override|bypass|negeer|vergeet|omzeil|overschrijf) (?:{_OLD}){{1,5}}{_RULES}\b",
        r"\b(?:ignore|disregard|forget|negeer|vergeet) (?:everything|all|alles|al) (?:above|before|that|you|hierboven|"
        r"wat|hiervoor|dat)\b",
        rf"\b(?:new|updated|nieuwe|aangepaste) {_RULES} (?:for|voor) (?:the |de |het |een |an? )?{_MACHINE}\b",
        # You are something else now.
        rf"\byou are (?:now |from now on )?(?:an? |the )?{_MACHINE}\b",
        r"\b(?:je|jij|u) (?:bent|ben) (?:vanaf nu|voortaan) (?:een|de) \w+",
        rf"\b(?:you are|je bent|jij bent|u bent) (?:een |de |an? |the )?(?:\w+ )?{_MACHINE}\b",
        r"\b(?:pretend|act|behave) (?:to be|as if|as though|as an?|like an?) (?:you|unrestricted|different|admin|ai\b)",
        r"\b(?:developer|dan|god|debug|admin) mode\b",
        r"\bjail ?break",
        # It is spoken to, or told what to say.
        rf"\b(?:dear|note to|message to|instructions? (?:to|for)|attention|beste|bericht aan|opmerking voor|"
        rf"instructies? (?:aan|voor)|opdracht (?:aan|voor)) (?:the |de |het |any |an? |elke |alle )?{_MACHINE}s?\b",
        rf"\b{_MACHINE}s? (?:reading|that reads?|die dit leest|must|should|shall|moet|moeten|dient|dienen)\b",
        r"\b(?:always|never|only) (?:answer|reply|respond|say|tell)\b.{0,40}"
        r"\b(?:users?|customers?|tenants?|everyone)\b",
        r"\b(?:zeg|vertel|antwoord|schrijf) (?:altijd |nooit |alleen |voortaan )?(?:tegen|aan) "
        r"(?:de |elke |iedere |alle )?(?:klant|klanten|gebruiker|gebruikers|huurder|huurders|bezoeker|bezoekers)\b",
        r"(?:^|[.!?:;\n] ?)(?:tell|ask|convince|instruct) (?:the |every |all |any )?"
        r"(?:users?|customers?|tenants?|visitors?) (?:that|to|about)\b",
        r"\b(?:antwoord|reageer) (?:altijd|voortaan|vanaf nu|alleen) (?:met|dat|in)\b",
        r"\b(?:respond|reply|answer) (?:(?:only|always) (?:with|as)\b|(?:with|as) (?:the following|json|exactly)\b)",
        # It is called by its name, at the start of a sentence or at the end.
        rf"(?:^|[.!?;\n] ?)(?:{_MACHINE}|model|system|systeem) ?[:,] ?\w",
        rf", ?(?:{_MACHINE}|model) ?[.!?](?: |$)",
        rf"\b(?:for|to|voor|aan) (?:the|het|de) (?:{_MACHINE}|model)\b",
        rf"\b(?:as|als) (?:an? |een )?{_MACHINE},? (?:you|must|moet|mag|ben|kun|dien)",
        rf"\b(?:de|the) {_MACHINE} (?:antwoordt|zegt|geeft|answers|says) (?:hierna|voortaan|from now)\b",
        r"\b(?:new|nieuwe) (?:task|command|instruction|instructions|opdracht|taak|instructie|instructies) ?:",
        r"\b(?:choose|pick|kies) (?:this |deze |die )?(?:sentence|sentences|zin|zinnen)\b",
        # Code and data, which no reader has a use for.
        r"```|\{ ?\"\w+\" ?: ",
        # What it holds.
        r"\b(?:system|systeem|hidden|initial)[- ]?(?:prompt|message|bericht|text|tekst|instructions?|instructies?)\b",
        r"\b(?:reveal|print|repeat|show|leak|output|toon|herhaal|onthul|geef) (?:me )?(?:your|je|jouw|uw) "
        rf"(?:\w+ )?{_RULES}\b",
        r"\b(?:reveal|leak|exfiltrate|onthul|lek) (?:the |de |all |alle )?"
        r"(?:api|passwords?|wachtwoorden|secrets?|geheimen|tokens?|credentials|customer data|klantgegevens)\b",
        # The marks between the parts of a conversation with a model.
        r"<\|[\w ]{2,30}\|>|\[/?inst\]|<<sys>>|\bbegin_of_text\b",
        r"(?:^|\n)[#\s>*]*(?:system|assistant|user|human|tool)[*\s]*:[ \n]",
        r"\b(?:tool_call|function_call|tool_use)s?\b",
    )
)
# Letters and digits without an end: something that is coded, for a machine to take apart.
_CODED: Final = re.compile(r"\b(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{80,}={0,2}")
_HIDDEN: Final = re.compile("[\u200b-\u200f\u2060-\u2064\u00ad\ufeff\U000e0000-\U000e007f]")
_SPACES: Final = re.compile(r"[^\S\n]+")
_JOINED: Final = re.compile(r"(?:%20|[-_.+])+")


def instructions(text: str) -> tuple[str, ...]:
    """Each piece of the text that speaks to a model, as it is written, at most 80 characters of it."""
    plain = _SPACES.sub(" ", _HIDDEN.sub("", unicodedata.normalize("NFKC", text)))
    found: dict[str, None] = {}
    for pattern in (*_PATTERNS, _CODED):
        for hit in pattern.finditer(plain):
            found[" ".join(hit[0].split())[:_LONGEST_SHOWN]] = None
    return tuple(found)


def instructions_in_name(name: str) -> tuple[str, ...]:
    """As ``instructions``, in the name of a file or an address, where other marks stand between the words."""
    return instructions(f"{name}\n{_JOINED.sub(' ', name)}")
