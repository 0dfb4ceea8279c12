"""What a process counts: in Prometheus' own form, on a port of its own, and nothing about anybody."""

import asyncio
from collections import Counter

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from gehoor.adapters.instruments import Counts, Instruments, Times
from gehoor.adapters.tracing import no_spans, spans_to
from tests.test_boot import free_port

pytestmark = pytest.mark.anyio


def instruments() -> Instruments:
    return Instruments("0.1", "memory", no_spans)


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(text)
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def test_that_a_time_falls_in_its_bucket_and_in_every_larger_one() -> None:
    times = Times("t", "help", ("call",), (0.1, 1.0))
    for value in (0.05, 0.1, 0.5, 7.0):
        times.add(value, "a")
    found = {(one.name, one.labels.get("le")): one.value for one in times.metric().samples}
    assert found["t_bucket", "0.1"] == 2  # a bound belongs to its own bucket, as Prometheus has it
    assert found["t_bucket", "1.0"] == 3
    assert found["t_bucket", "+Inf"] == found["t_count", None] == 4
    assert found["t_sum", None] == pytest.approx(7.65)


def test_that_counts_are_kept_by_label() -> None:
    counts = Counts("c", "help", ("type",))
    for kind in ("a", "b", "a"):
        counts.add(kind)
    assert Counter({one.labels["type"]: int(one.value) for one in counts.metric().samples}) == Counter(a=2, b=1)


def test_that_a_method_that_somebody_made_up_does_not_grow_the_figures() -> None:
    one = instruments()
    for n in range(50):
        one.answered(0.01, "/", f"M{n}", "405")
    methods = {labels for name, labels in samples(one.text()) if name == "gehoor_request_seconds_count"}
    assert methods == {(("call", "/"), ("method", "other"), ("status", "405"))}


async def test_that_prometheus_reads_them_on_a_port_of_their_own_while_the_loop_works() -> None:
    one = instruments()
    one.facts.add("MessageReceived")
    work = asyncio.create_task(one.run())
    await asyncio.sleep(0)
    port = free_port()
    stop = one.serve("127.0.0.1", port)
    try:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{port}/metrics")
    finally:
        await asyncio.to_thread(stop)
        work.cancel()
    found = samples(answer.text)
    assert found["gehoor_facts_total", (("type", "MessageReceived"),)] == 1
    assert found["gehoor_info", (("engine", "memory"), ("version", "0.1"))] == 1
    assert any(name == "process_resident_memory_bytes" for name, _ in found)


def test_that_spans_hold_a_name_and_nothing_of_a_fault() -> None:
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from gehoor.adapters.tracing import spans_of

    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    span = spans_of(provider.get_tracer("gehoor"))
    with pytest.raises(ValueError, match="Jansen"), span("store.commit"):
        raise ValueError("Jansen schreef dit")
    (found,) = kept.get_finished_spans()
    assert isinstance(found, ReadableSpan)
    assert found.name == "store.commit"
    assert "Jansen" not in found.to_json()


def test_that_without_a_collector_there_are_no_spans_and_nothing_is_loaded() -> None:
    span, ended = spans_to("", "0.1")
    with span("request"):
        pass
    ended()
