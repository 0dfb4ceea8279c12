"""What the figures must reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gehoor.prove.bench.figures import Figure


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must reach.

    ``most``: it may not be more; else it may not be less. ``times``: a bound in times what it is compared with, of the
    same run; with both bounds the larger one counts. ``bound`` 0: only ``times`` counts.
    """

    name: str
    figure: str
    unit: str
    bound: float = 0.0
    times: float = 0.0
    most: bool = True

    def limit(self, figure: Figure) -> float:
        """The bound in this measurement."""
        return max(self.bound, self.times * (figure.floor or 0.0))

    def passed(self, figure: Figure) -> bool:
        """Whether it is good enough: by the ratio of each run, where that is what counts."""
        if self.times and figure.ratio is not None and (not self.bound or figure.value > self.bound):
            return figure.ratio <= self.times
        return figure.value <= self.bound if self.most else figure.value >= self.bound

    def spoken(self, figure: Figure) -> str:
        """The bound in a few signs."""
        sign = "<=" if self.most else ">="
        return f"{sign} {self.bound:g}" if not self.times else f"{sign} {self.limit(figure):.3g}"


def _on_postgres() -> Iterator[Bar]:
    name = "PostgreSQL"
    yield Bar(f"durable messages at 50 chats, {name}", "postgres.1.messages.50.per_second", "/s", 4000, most=False)
    yield Bar(f"CPU per message at 50 chats, {name}", "postgres.1.messages.50.cpu_us", "us", times=3.5)
    yield Bar(f"delivery, p99, 1,000 chats, {name}", "postgres.1.chats.p99_ms", "ms", 25, times=2)
    yield Bar(f"request for a person, p99, {name}", "postgres.1.chats.requests.p99_ms", "ms", 50, times=2)
    yield Bar(f"CPU per message, 1,000,000 stored, {name}", "postgres.1.growth.cpu_us", "us", times=1.15)


BARS: Final = (
    Bar("durable messages at 50 chats", "messages.50.per_second", "/s", 4000, most=False),
    Bar("CPU per message at 50 chats", "messages.50.cpu_us", "us", times=3.5),
    Bar("delivery, p99, 50 chats", "delivery.50.p99_ms", "ms", 59),
    Bar("delivery, p99, 200 chats", "delivery.200.p99_ms", "ms", 244),
    Bar("delivery, p99, 1,000 open chats", "chats.p99_ms", "ms", 25, times=2),
    Bar("request for a person to desk, p99", "chats.requests.p99_ms", "ms", 50, times=2),
    Bar("an idle stream, PSS", "idle.stream_pss_kb", "kB", 32),
    Bar("AI turns, no language model", "turns.words.per_second", "/s", 150, most=False),
    Bar("AI turns, language model on", "turns.model.per_second", "/s", 150, most=False),
    Bar("delivery beside the AI, p99, no language model", "beside.words.p99_ms", "ms", times=2),
    Bar("delivery beside the AI, p99, language model on", "beside.model.p99_ms", "ms", times=2),
    Bar("CPU per message, 1,000,000 stored", "growth.cpu_us", "us", times=1.15),
    Bar("CPU per customer taken, 100,000 in the line", "queue.cpu_us", "us", times=2),
    Bar("first start to first conversation, no model", "startup.words.conversation_s", "s", 1),
    Bar("first start to first conversation, model on", "startup.model.conversation_s", "s", 1),
    Bar("hearing a question by the tables, mean", "hearing.tables.mean_us", "us", 250),
    Bar("hearing a question by the tables, p99", "hearing.tables.p99_us", "us", 1000),
    Bar("loading the tables of the hearing", "hearing.load.ready_s", "s", 0.2),
    Bar("hearing 25 words by the classifier, p50", "hearing.classifier.p50_ms", "ms", 2),
    Bar("hearing 100,000 characters, the worst shape", "hearing.longest.worst_ms", "ms", 50),
    Bar("finding an answer among the demo's articles, p50", "answers.demo.p50_ms", "ms", 5),
    Bar("finding an answer among the demo's articles, p99", "answers.demo.p99_ms", "ms", 20),
    Bar("finding an answer among 20,000 articles, p50", "answers.20000.p50_ms", "ms", 25),
    Bar("the whole server with the language model, PSS", "memory.model_again.pss_mb", "MB", 300),
    *_on_postgres(),
)


def judged(figures: Mapping[str, Figure]) -> Iterator[tuple[Bar, Figure]]:
    """The bars of which there is a figure."""
    for bar in BARS:
        if bar.figure in figures:
            yield bar, figures[bar.figure]
