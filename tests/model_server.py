"""A server that speaks /v1/chat/completions, as well or as badly as it is told: ``python -m tests.model_server``.

It prints its port. The name of the model says what it does: ``says X`` writes X, ``obeys`` does whatever the
customer wants; the others go wrong in one way each.
``GET /asked`` gives every request that it got.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SLOW_S = 0.1
"""Between the pieces of a slow answer; there are a hundred of them."""


def completion(text: object, tokens: object = 50) -> bytes:
    """An answer as the interface has it."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return json.dumps({"object": "chat.completion", "choices": [choice], "usage": {"total_tokens": tokens}}).encode()


def obeyed(messages: list[dict[str, str]]) -> str:
    """What a model writes that does whatever the customer wants: all that it was offered, with the customer's words."""
    told = json.loads(messages[-1]["content"])
    numbers = [int(number) for passage in told["passages"] for number in passage["sentences"]]
    return json.dumps({"choose": numbers[:3], "connect": [told["question"]], "text": told["question"]})


CHOICE = completion('{"choose": [1]}')
BAD: dict[str, tuple[int, str, bytes]] = {
    "500": (500, "application/json", CHOICE),
    "401": (401, "application/json", b'{"error": "no key"}'),
    "404": (404, "text/html", b"<h1>Not found</h1>"),
    "204": (204, "application/json", b""),
    "empty": (200, "application/json", b""),
    "half-json": (200, "application/json", CHOICE[:-40]),
    "no-json": (200, "application/json", b"Ik ben een model."),
    "html": (200, "text/html", CHOICE),
    "events": (200, "text/event-stream", b"data: " + CHOICE + b"\n\n"),
    "no-choices": (200, "application/json", b'{"choices": []}'),
    "choices-null": (200, "application/json", b'{"choices": null}'),
    "list": (200, "application/json", b"[1, 2]"),
    "text-null": (200, "application/json", completion(None)),
    "text-list": (200, "application/json", completion([{"type": "text", "text": "x"}])),
    "deep": (200, "application/json", b"[" * 100_000),
    "not-utf8": (200, "application/json", b'{"choices": "\xff\xfe"}'),
    "huge-number": (200, "application/json", b'{"choices": ' + b"9" * 100_000 + b"}"),
}
OTHER = ("429", "429-rest", "slow", "slow-headers", "cuts", "closes", "huge", "packed", "redirect", "hangs", "nonsense")
"""What else goes wrong, where it is more than a wrong answer."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    asked: list[dict[str, Any]] = []  # noqa: RUF012  one server, one list

    def log_message(self, *_: object) -> None:
        """Nothing: the test reads the port from our output."""

    def do_GET(self) -> None:
        """What was asked until now."""
        self._answer(200, "application/json", json.dumps(self.asked).encode())

    def do_POST(self) -> None:
        """One completion."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append({"path": self.path, "headers": dict(self.headers.items()), "body": body})
        model = body["model"]
        if model in BAD:
            self._answer(*BAD[model])
        elif model.startswith("says "):
            self._answer(200, "application/json", completion(model.removeprefix("says ")))
        elif model == "obeys":
            self._answer(200, "application/json", completion(obeyed(body["messages"])))
        elif model == "spends":
            self._answer(200, "application/json", completion('{"abstain": true}', 10**15))
        else:
            getattr(self, "_" + model.replace("-", "_").replace("429", "busy"))()

    def _answer(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _busy(self) -> None:
        self._answer(429, "application/json", b"{}")

    def _busy_rest(self) -> None:
        self._answer(429, "application/json", b"{}", Retry_After="7")

    def _slow(self) -> None:
        self._begin(len(CHOICE))
        for place in range(len(CHOICE)):
            self.wfile.write(CHOICE[place : place + 1])
            self.wfile.flush()
            time.sleep(SLOW_S)

    def _slow_headers(self) -> None:
        for letter in b"HTTP/1.1 200 OK\r\n":
            self.wfile.write(bytes([letter]))
            self.wfile.flush()
            time.sleep(SLOW_S)

    def _cuts(self) -> None:
        self._begin(len(CHOICE))
        self.wfile.write(CHOICE[: len(CHOICE) // 2])
        self.close_connection = True

    def _closes(self) -> None:
        self.close_connection = True

    def _huge(self) -> None:
        self._begin(10**9)
        for _ in range(1000):
            self.wfile.write(b" " * 100_000)

    def _packed(self) -> None:
        self._answer(200, "application/json", b"\x1f\x8b" + b"\0" * 100, Content_Encoding="gzip")

    def _redirect(self) -> None:
        self._answer(307, "application/json", b"", Location="/v1/elsewhere")

    def _hangs(self) -> None:
        time.sleep(30)

    def _nonsense(self) -> None:
        self.wfile.write(b"\0\1\2 nonsense\r\n\r\n")
        self.close_connection = True

    def _begin(self, length: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()


class Server(ThreadingHTTPServer):
    """Clients that go away are no fault."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def model_server() -> Iterator[str]:
    """A process of its own; its address, up to and with /v1."""
    process = subprocess.Popen([sys.executable, "-m", "tests.model_server"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]  # it is there, see above


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    threading.Event().wait()
