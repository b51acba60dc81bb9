"""Reads a whole /metrics with Prometheus's own library for Python, and checks what its text format and its rules of naming ask for.

    python check_metrics.py FILE CONTENT-TYPE

Needs: pip install prometheus-client
"""

import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

NAME = re.compile(r"[a-z][a-z0-9_]*")
LABEL = re.compile(r"[a-z][a-z0-9_]*")
TYPES = {"counter", "gauge", "histogram", "summary"}

# A unit stands whole, in base units, and last but for `_total`.
NO_UNITS = {"ms", "milliseconds", "microseconds", "nanoseconds", "minutes", "hours", "kb", "mb", "kilobytes", "megabytes", "percent"}
LABELS_OF_THE_FORMAT = {"le", "quantile", "job", "instance"}

# What prom-client itself adds about the process; its names are its own.
NOT_OURS = re.compile(r"(process|nodejs)_")

OURS = {
    "attune_http_request_duration_seconds": "histogram",
    "attune_search_duration_seconds": "histogram",
    "attune_search_queue_duration_seconds": "histogram",
    "attune_search_batch_duration_seconds": "histogram",
    "attune_search_batch_size": "histogram",
    "attune_write_batch_size": "histogram",
    "attune_embed_request_texts": "histogram",
    "attune_embed_tokens": "counter",
    "attune_feedback_events": "counter",
    "attune_documents": "gauge",
    "attune_events": "gauge",
    "attune_model_info": "gauge",
}


def faults_of_histogram(family) -> list[str]:
    """Buckets add up, end in +Inf, and agree with _count; each series has a _sum."""
    faults = []
    buckets = defaultdict(list)
    values = {}
    for sample in family.samples:
        labels = dict(sample.labels)
        if sample.name == f"{family.name}_bucket":
            bound = float(labels.pop("le"))
            buckets[tuple(sorted(labels.items()))].append((bound, sample.value))
        else:
            values[sample.name.removeprefix(family.name), tuple(sorted(labels.items()))] = sample.value
    if {series for _, series in values} - set(buckets):
        faults.append("a series has no buckets")
    for series, pairs in buckets.items():
        where = f"{family.name}{dict(series)}"
        bounds = [bound for bound, _ in pairs]
        counts = [count for _, count in pairs]
        if bounds != sorted(set(bounds)) or bounds[-1] != math.inf:
            faults.append(f"{where}: bounds {bounds}")
        if counts != sorted(counts):
            faults.append(f"{where}: buckets {counts} do not add up")
        if values.get(("_count", series)) != counts[-1]:
            faults.append(f"{where}: _count {values.get(('_count', series))}, +Inf {counts[-1]}")
        total = values.get(("_sum", series))
        if total is None or not math.isfinite(total):
            faults.append(f"{where}: _sum {total}")
    return faults


def faults_of_family(family) -> list[str]:
    faults = []
    if family.type not in TYPES:
        faults.append(f"type {family.type}")
    if not family.documentation.strip():
        faults.append("no HELP")
    if not family.samples:
        return faults  # what has not happened yet has a TYPE and no samples
    for sample in family.samples:
        if math.isnan(sample.value):
            faults.append(f"{sample.name} is NaN")
    if family.type == "counter" and any(sample.value < 0 for sample in family.samples):
        faults.append("counts below 0")
    series = Counter((sample.name, tuple(sorted(sample.labels.items()))) for sample in family.samples)
    faults += [f"{name} {labels} is there {n} times" for (name, labels), n in series.items() if n > 1]
    if family.type == "histogram":
        faults += faults_of_histogram(family)
    return faults


def faults_of_name(family) -> list[str]:
    faults = []
    if not NAME.fullmatch(family.name):
        faults.append("no name as Prometheus wants it")
    words = family.name.split("_")
    if words[0] != "attune":
        faults.append("does not begin with attune_")
    if NO_UNITS & set(words):
        faults.append("a unit that is no base unit")
    if family.type != "counter" and words[-1] in ("total", "count", "sum", "bucket"):
        faults.append(f"a {family.type} that ends as another type does")
    if "duration" in words and words[-1] != "seconds":
        faults.append("a duration not in seconds")
    for name in {label for sample in family.samples for label in sample.labels}:
        if not LABEL.fullmatch(name) or name.startswith("__"):
            faults.append(f"label {name}")
        if name in LABELS_OF_THE_FORMAT and not (name == "le" and family.type == "histogram"):
            faults.append(f"label {name} belongs to Prometheus")
    return faults


def main() -> int:
    path, content_type = sys.argv[1:]
    text = Path(path).read_text("utf-8")
    families = list(text_string_to_metric_families(text))
    faults = []
    if not re.fullmatch(r"text/plain; version=0\.0\.4(; charset=utf-8)?", content_type):
        faults.append(f"content type {content_type}")
    if not text.endswith("\n"):
        faults.append("the last line has no end")
    for name, n in Counter(family.name for family in families).items():
        if n > 1:
            faults.append(f"{name}: {n} families of one name")
    # The parser gives every counter its `_total`, so the text itself is looked at.
    counters = re.findall(r"^# TYPE (\S+) counter$", text, re.MULTILINE)
    faults += [f"{name}: a counter without _total" for name in counters if not name.endswith("_total")]
    for family in families:
        found = faults_of_family(family)
        if not NOT_OURS.match(family.name):
            found += faults_of_name(family)
        faults += [f"{family.name}: {fault}" for fault in found]
    types = {family.name: family.type for family in families if family.samples}
    faults += [f"{name}: expected a {kind}, found {types.get(name)}" for name, kind in OURS.items() if types.get(name) != kind]
    for fault in faults:
        print(fault)
    samples = sum(len(family.samples) for family in families)
    print(f"{len(families)} metrics with {samples} samples, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main())
