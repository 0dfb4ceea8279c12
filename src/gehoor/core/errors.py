"""Every error that Gehoor raises on purpose, as one tree.

    GehoorError
    ├── Refused              a rule says no; an expected answer, never a fault
    │   ├── NotAllowed       this caller may not do this
    │   ├── NotYours         another party owns the conversation (ONE-VOICE)
    │   └── NotNow           the conversation is not in a state in which this can be done
    ├── Invalid              what came in has the wrong form; names the field
    │   └── TooLarge         it is larger than anything that is known here
    ├── Unknown              there is no such thing (or not for this caller)
    ├── Conflict             the same id came with another content
    ├── Busy                 a bounded queue is full; come back later
    ├── TooOften             this caller did this too often; come back later. Never for a request for a person
    ├── KnowledgeFault       an article cannot be used; names file and place
    ├── PolicyFault          an organisation's policy cannot be used; names field and reason
    ├── StoreAway            the store cannot be reached now; nothing was written, try again
    └── StoreFault           the store cannot be used; nothing after it is acknowledged

An error has a stable ``code`` (its class), ``data`` (what a program can use) and a sentence for the reader.
It knows nothing of HTTP: ``web/errors.py`` gives it a status.
"""

from __future__ import annotations

from typing import ClassVar


class GehoorError(Exception):
    """Something that Gehoor refuses or cannot do. The docstring's first line is the default sentence.

    A sentence that customers read is named by the id of its text, and said in their language at the door.
    """

    code: ClassVar[str] = "error"
    default: ClassVar[str] = "Something went wrong."

    def __init__(self, sentence: str = "", /, **data: object) -> None:
        self.sentence = sentence or self.default
        self.data = data
        super().__init__(self.sentence)


class Refused(GehoorError):
    """A rule says no."""

    code = "refused"
    default = "This cannot be done."


class NotAllowed(Refused):
    """The caller may not do this."""

    code = "not_allowed"
    default = "You may not do this."


class NotYours(Refused):
    """Another party owns the conversation (guarantee ONE-VOICE)."""

    code = "not_yours"
    default = "Somebody else has this conversation now."


class NotNow(Refused):
    """The conversation is not in a state in which this can be done."""

    code = "not_now"
    default = "This cannot be done at this moment."


class Invalid(GehoorError):
    """What came in has the wrong form; ``data["field"]`` names the field."""

    code = "invalid"
    default = "The request has the wrong form."


class TooLarge(Invalid):
    """It is larger than anything that is known here; ``data["longest"]`` says how much may come."""

    code = "too_large"
    default = "The request is too large."


class Unknown(GehoorError):
    """There is no such thing, or not for this caller."""

    code = "unknown"
    default = "There is no such thing here."


class Conflict(GehoorError):
    """The same id came with another content."""

    code = "conflict"
    default = "This id was used before with another content."


class Busy(GehoorError):
    """A bounded queue is full; ``data["retry_after_s"]`` says when to come back."""

    code = "busy"
    default = "It is too busy at this moment. Try again shortly."


class TooOften(GehoorError):
    """This caller did this too often; ``data["retry_after_s"]`` says when to come back. A request for a person is never
    answered with it."""

    code = "too_often"
    default = "This was done too often. Try again later."


class KnowledgeFault(GehoorError):
    """An article cannot be used; ``data`` names ``file`` and, where known, ``field`` or ``line``."""

    code = "knowledge_fault"
    default = "An article cannot be used."


class PolicyFault(GehoorError):
    """A policy cannot be used; ``data`` names ``field`` and ``rule``, and where a customer would be left alone the
    first ``moment``, the ``ceiling``, its ``source``, whether it is ``law``, and the ways to ``mend`` it."""

    code = "policy_fault"
    default = "The policy cannot be used."


class StoreAway(GehoorError):
    """The store cannot be reached at this moment; ``data["retry_after_s"]`` says when to come back."""

    code = "store_away"
    default = "The store cannot be reached at this moment."

    def __init__(self, sentence: str = "", /, **data: object) -> None:
        super().__init__(sentence, **{"retry_after_s": 2, **data})


class StoreFault(GehoorError):
    """The store cannot be used."""

    code = "store_fault"
    default = "The store cannot be used."
