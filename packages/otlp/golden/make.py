"""Makes metrics.bin and traces.bin with OpenTelemetry's own Python classes (pip install opentelemetry-proto), so that
the decoder is checked against bytes that its own encoder did not write. They hold what Sonde reads and, in every
message, something it passes over. golden.test.ts states what must come out.
"""
from pathlib import Path

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList

here = Path(__file__).parent


def text(key, value):
    return KeyValue(key=key, value=AnyValue(string_value=value))


request = ExportMetricsServiceRequest()
resource_metrics = request.resource_metrics.add(schema_url="https://opentelemetry.io/schemas/1.37.0")
resource_metrics.resource.attributes.extend([text("service.name", "checkout"), KeyValue(key="nothing")])
resource_metrics.resource.dropped_attributes_count = 3
scope_metrics = resource_metrics.scope_metrics.add(schema_url="x")
scope_metrics.scope.name = "meter"
scope_metrics.scope.version = "2"
scope_metrics.scope.attributes.append(text("ignored", "yes"))
scope_metrics.scope.dropped_attributes_count = 1

metric = scope_metrics.metrics.add(name="requests", description="ignored", unit="1")
metric.metadata.append(text("ignored", "yes"))
metric.sum.aggregation_temporality = 2
metric.sum.is_monotonic = True
point = metric.sum.data_points.add(as_int=-7, start_time_unix_nano=10, time_unix_nano=20)
point.attributes.append(KeyValue(key="code", value=AnyValue(int_value=-2)))
point.exemplars.add(as_double=1.0, trace_id=b"\1" * 16, span_id=b"\2" * 8)
metric.sum.data_points.add(as_int=9, flags=1)

metric = scope_metrics.metrics.add(name="temperature", unit="Cel")
metric.gauge.data_points.add(as_double=36.6, time_unix_nano=20, flags=2)

metric = scope_metrics.metrics.add(name="size", unit="By")
metric.histogram.aggregation_temporality = 1
point = metric.histogram.data_points.add(count=6, sum=1024.5, min=1, max=900, time_unix_nano=20)
point.bucket_counts.extend([1, 2, 3])
point.explicit_bounds.extend([10, 100.5])
point.exemplars.add(as_int=1)

metric = scope_metrics.metrics.add(name="latency", unit="s")
metric.exponential_histogram.aggregation_temporality = 1
point = metric.exponential_histogram.data_points.add(
    count=300, sum=12.5, scale=-3, zero_count=4, zero_threshold=0.5, min=-1, max=8, time_unix_nano=20
)
point.positive.offset = -1000
point.positive.bucket_counts.extend([0, 128, 2**40])
point.negative.offset = 1
point.negative.bucket_counts.extend([1])

metric = scope_metrics.metrics.add(name="quantiles")
point = metric.summary.data_points.add(count=2, sum=3, time_unix_nano=20)
point.quantile_values.add(quantile=0.5, value=1.5)

scope_metrics.metrics.add(name="without data")
(here / "metrics.bin").write_bytes(request.SerializeToString())

request = ExportTraceServiceRequest()
resource_spans = request.resource_spans.add(schema_url="x")
resource_spans.resource.attributes.append(text("service.name", "checkout"))
scope_spans = resource_spans.scope_spans.add()
scope_spans.scope.name = "tracer"
span = scope_spans.spans.add(
    trace_id=bytes(range(16)),
    span_id=b"\x80" * 8,
    parent_span_id=bytes(8),
    trace_state="k=v",
    flags=0x301,
    name="POST /checkout",
    kind=3,
    start_time_unix_nano=1_790_000_000_123_456_789,
    end_time_unix_nano=1_790_000_000_223_456_789,
    dropped_attributes_count=1,
    dropped_events_count=2,
    dropped_links_count=3,
)
span.attributes.extend(
    [
        KeyValue(key="yes", value=AnyValue(bool_value=True)),
        KeyValue(key="list", value=AnyValue(array_value=ArrayValue(values=[AnyValue(double_value=0.5), AnyValue()]))),
        KeyValue(key="map", value=AnyValue(kvlist_value=KeyValueList(values=[text("a", "ä")]))),
        KeyValue(key="bytes", value=AnyValue(bytes_value=b"\0\xff")),
        KeyValue(key="huge", value=AnyValue(int_value=-(2**63))),
    ]
)
span.events.add(time_unix_nano=30, name="retry", dropped_attributes_count=1).attributes.append(text("n", "1"))
span.links.add(trace_id=b"\xaa" * 16, span_id=b"\xbb" * 8, trace_state="x=y", flags=1, dropped_attributes_count=1)
span.status.code = 2
span.status.message = "declined"
scope_spans.spans.add(kind=99)
(here / "traces.bin").write_bytes(request.SerializeToString())
