"""What schemathesis has to be told of this API: how lines of JSON are written and read. Loaded by scripts/schemathesis.mjs."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def write_lines(_context, value):
    rows = value if isinstance(value, list) else [value]
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


@schemathesis.deserializer("application/x-ndjson")
def read_lines(_context, response):
    """The first line: the schema is that of one."""
    lines = [line for line in response.text.split("\n") if line]
    return json.loads(lines[0]) if lines else {"id": "", "status": "notFound", "sequence": 0}
