"""OpenAPI 3.1 of the promised interface, from the same types that check the requests."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from gehoor import __version__
from gehoor.web import wire
from gehoor.web import wire_knowledge as know
from gehoor.web import wire_recalls as again

_ID: Final[dict[str, Any]] = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_RECALL: Final[dict[str, Any]] = {"name": "recall", "in": "path", "required": True, "schema": {"type": "string"}}
_SLUG: Final[dict[str, Any]] = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}}
_AFTER: Final[dict[str, Any]] = {
    "name": "after",
    "in": "query",
    "schema": {"type": "integer", "minimum": 0, "default": 0},
}
_FORMAT: Final[dict[str, Any]] = {
    "name": "format",
    "in": "query",
    "schema": {"enum": ["json", "html", "text"], "default": "json"},
}

_CALLS: Final[tuple[tuple[str, str, str, str, type | None, int], ...]] = (
    ("get", "/contact", "open", "The ways to a person, hours and disclosure", None, 200),
    ("post", "/conversations", "open", "Open a conversation; the disclosure comes with it", wire.Start, 201),
    ("post", "/conversations/{id}/messages", "visitor", "The customer writes", wire.Message, 201),
    ("post", "/conversations/{id}/human", "visitor", "Ask for a person; answered with the route", wire.AskHuman, 201),
    (
        "get",
        "/conversations/{id}/choices",
        "visitor",
        "What can be chosen: windows with room, e-mail, calling",
        None,
        200,
    ),
    ("post", "/conversations/{id}/promise", "visitor", "Choose or move how a person gets in touch", wire.Choose, 201),
    ("post", "/conversations/{id}/phone", "visitor", "Read a number back; nothing is kept", wire.Phone, 200),
    ("post", "/conversations/{id}/return-code", "visitor", "A new code to come back with", None, 201),
    ("post", "/return", "open", "Come back with a code; answered with a token", wire.Return, 201),
    ("post", "/conversations/{id}/verify/send", "visitor", "Send the number that opens the words", None, 202),
    ("post", "/conversations/{id}/verify", "visitor", "Open the words with that number", wire.Verify, 200),
    ("post", "/conversations/{id}/withdraw", "visitor", "No person is needed any more", wire.OnlyId, 201),
    ("post", "/conversations/{id}/support", "visitor", "Choose an easier way that was offered", wire.Support, 201),
    ("post", "/conversations/{id}/feedback", "visitor", "Whether it helped", wire.Feedback, 201),
    ("get", "/conversations/{id}/events", "visitor", "Events with a seq above `after`", None, 200),
    ("get", "/conversations/{id}/stream", "visitor", "Server-sent events", None, 200),
    ("get", "/conversations/{id}/export", "visitor", "The customer's own copy, with its receipt", None, 200),
    ("post", "/staff/session", "open", "Sign in", wire.SignIn, 201),
    ("delete", "/staff/session", "staff", "Sign out", None, 204),
    ("post", "/staff/presence", "staff", "There for customers, or not for a moment", wire.SetPresence, 200),
    ("get", "/staff/lead", "staff", "For supervisors: people, promises, windows, waits", None, 200),
    ("post", "/staff/alive", "staff", "The desk heard its stream: it is there, and is held to it", None, 204),
    ("get", "/staff/desk/stream", "staff", "Snapshot of the desk, then live", None, 200),
    ("get", "/staff/policy", "staff", "The policy in force (supervisors)", None, 200),
    ("put", "/staff/policy", "staff", "Another policy; refused with what is wrong", wire.ChangePolicy, 200),
    ("post", "/staff/policy/check", "staff", "What would be wrong with a policy", wire.CheckPolicy, 200),
    ("get", "/staff/policy/history", "staff", "The newest versions, and what changed", None, 200),
    ("get", "/staff/knowledge", "staff", "Every topic, and how it stands", None, 200),
    ("post", "/staff/knowledge/switch", "staff", "The kill switch of everything (supervisors)", know.Switch, 200),
    ("get", "/staff/knowledge/{slug}", "staff", "A topic: editions, ladder, history", None, 200),
    ("post", "/staff/knowledge/{slug}/draft", "staff", "Keep a text as the draft (writers)", know.Draft, 200),
    ("post", "/staff/knowledge/{slug}/propose", "staff", "A model rewrites it as a draft (writers)", know.Propose, 200),
    ("post", "/staff/knowledge/{slug}/submit", "staff", "Offer the draft for review (writers)", know.Submit, 200),
    ("post", "/staff/knowledge/{slug}/send-back", "staff", "It must be written on (writers)", know.SendBack, 200),
    ("post", "/staff/knowledge/{slug}/approve", "staff", "In force, by another than the writer", know.Approve, 200),
    ("post", "/staff/knowledge/{slug}/withdraw", "staff", "Take a text back at once (writers)", know.Withdraw, 200),
    ("post", "/staff/knowledge/{slug}/switch", "staff", "The kill switch of a topic (supervisors)", know.Switch, 200),
    ("post", "/staff/knowledge/{slug}/up", "staff", "One rung up, on evidence (supervisors)", None, 200),
    ("post", "/staff/knowledge/{slug}/down", "staff", "One rung down (writers)", know.StepDown, 200),
    ("post", "/staff/knowledge/{slug}/effect", "staff", "Measure what a text would do (writers)", know.Measure, 200),
    ("get", "/staff/unanswered", "staff", "Questions without an answer, masked (writers)", None, 200),
    ("post", "/staff/knowledge/{slug}/severity", "staff", "What an error can do (supervisors)", know.Weigh, 200),
    ("get", "/staff/conversations/{id}", "staff", "Everything said, tried and given", None, 200),
    ("get", "/staff/conversations/{id}/events", "staff", "Events with a seq above `after`", None, 200),
    ("post", "/staff/conversations/{id}/accept", "staff", "Take an offer, or who is first in line", None, 200),
    ("post", "/staff/conversations/{id}/decline", "staff", "Pass an offer on", wire.Decline, 200),
    ("post", "/staff/conversations/{id}/messages", "staff", "Write to the customer", wire.StaffMessage, 201),
    ("post", "/staff/conversations/{id}/notes", "staff", "Write for colleagues only", wire.StaffNote, 201),
    ("post", "/staff/conversations/{id}/transfer", "staff", "To a colleague, or the queue", wire.TransferTo, 200),
    ("post", "/staff/conversations/{id}/call", "staff", "A telephone call was made", wire.Call, 200),
    ("post", "/staff/conversations/{id}/hand-back", "staff", "The floor back to the AI", None, 200),
    ("post", "/staff/conversations/{id}/park", "staff", "Answered, but not seen yet", None, 200),
    ("post", "/staff/conversations/{id}/resolve", "staff", "The end", wire.Finish, 200),
    ("post", "/staff/conversations/{id}/corrections", "staff", "The topic that was meant", wire.Correct, 201),
    ("get", "/staff/judging", "staff", "The next answer to judge, blind", None, 200),
    ("post", "/staff/judging", "staff", "What somebody found of an answer; answered with the next", wire.Judge, 200),
    ("get", "/staff/quality", "staff", "How good answers are: the judged samples (supervisors, writers)", None, 200),
    ("get", "/staff/quality/topics", "staff", "The topics that there are, to choose the right one from", None, 200),
    ("get", "/staff/recalls", "staff", "Texts that were wrong, newest first (writers)", None, 200),
    ("get", "/staff/recalls/{recall}", "staff", "One recall: what was wrong, its list, its correction", None, 200),
    ("get", "/staff/recalls/{recall}/recipients", "staff", "How far it is, and some of its recipients", None, 200),
    ("post", "/staff/recalls/{recall}/wording", "staff", "Word the correction (writers)", again.WordRecall, 200),
    ("post", "/staff/recalls/{recall}/approve", "staff", "Approve it, by somebody else", again.ApproveRecall, 200),
    ("post", "/staff/recalls/{recall}/looked", "staff", "A person looked who it was", again.LookedRecall, 200),
    ("get", "/staff/quality/measured", "staff", "The last evaluation of the knowledge", None, 200),
    ("post", "/staff/quality/measured", "staff", "Evaluate the knowledge in force", None, 202),
    ("get", "/staff/alarms", "staff", "What is wrong now (supervisors)", None, 200),
    ("get", "/staff/handover", "staff", "What happened since a moment, and what is still open", None, 200),
)


def document() -> dict[str, Any]:
    """The whole description."""
    shapes = tuple({shape for *_, shape, _ in _CALLS if shape is not None})
    _, components = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    components["Problem"] = _problem()
    paths: dict[str, Any] = {}
    for call in _CALLS:
        paths.setdefault("/api/v1" + call[1], {})[call[0]] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gehoor",
            "version": __version__,
            "description": "Customer contact in which a person is always one action away.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "visitor": {"type": "http", "scheme": "bearer"},
                "staff": {"type": "apiKey", "in": "cookie", "name": "__Host-gehoor-desk"},
            },
        },
    }


def _operation(call: tuple[str, str, str, str, type | None, int]) -> dict[str, Any]:
    _, path, who, summary, shape, status = call
    named = {"{id}": _ID, "{slug}": _SLUG, "{recall}": _RECALL}
    parameters = [one for place, one in named.items() if place in path]
    parameters += [_AFTER] if path.endswith(("/events", "/stream")) and "{id}" in path else []
    parameters += [_FORMAT] if path.endswith("/export") else []
    stream = path.endswith("/stream")
    media = "text/event-stream" if stream else "application/json"
    answer: dict[str, Any] = {"description": summary}
    if status != 204:
        answer["content"] = {media: {"schema": {"type": "string"} if stream else {"type": "object"}}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {str(status): answer, "default": {"description": "What is wrong", "content": problem}},
    }
    if status == 201 and shape is not None and "client_id" in getattr(shape, "__struct_fields__", ()):
        operation["responses"]["200"] = {"description": "The same client_id again: the same answer"}
    if parameters:
        operation["parameters"] = parameters
    if who != "open":
        operation["security"] = [{who: []}]
    if shape is not None:
        schema = {"$ref": f"#/components/schemas/{shape.__name__}"}
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return operation


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": text,
            "field": text,
            "contact": {"type": "object"},
        },
    }
