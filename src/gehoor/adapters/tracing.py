"""Spans for OpenTelemetry, where a collector is named (extra ``gehoor[telemetry]``).

A span has a name of ours and a length: no address, no query, no words. The library reads its own OTEL_ variables for
everything else (headers, sampling, the name of the service).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from gehoor.core.errors import Invalid

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

Spans = Callable[[str], AbstractContextManager[object]]
"""Opens a span with a name."""
Ended = Callable[[], None]


def no_spans(_name: str) -> AbstractContextManager[object]:
    """Where nobody collects spans."""
    return nullcontext()


def spans_to(url: str, version: str) -> tuple[Spans, Ended]:
    """What opens a span, and what sends the last ones.

    Args:
        url: of the collector, for OTLP over HTTP ("http://127.0.0.1:4318/v1/traces"); empty: nobody collects.

    Raises:
        Invalid: the packages of the extra are not installed.
    """
    if not url:
        return no_spans, lambda: None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as fault:
        sentence = 'Spans need the packages of the extra: pip install "gehoor[telemetry]".'
        raise Invalid(sentence, field="GEHOOR_TRACES") from fault
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "gehoor", SERVICE_VERSION: version}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
    return spans_of(provider.get_tracer("gehoor", version)), provider.shutdown


def spans_of(tracer: Tracer) -> Spans:
    """What opens a span of a tracer."""

    def span(name: str) -> AbstractContextManager[object]:
        # The words of a fault may hold what a customer wrote: they are not told.
        return tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False)

    return span
