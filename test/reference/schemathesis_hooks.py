"""What schemathesis has to be told of this API: how lines of JSON and archives are written and read. Loaded by scripts/schemathesis.mjs."""

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
    return json.loads(lines[0]) if lines else {"line": 1, "id": "", "status": "notFound", "sequence": 0}


@schemathesis.serializer("application/x-tar", "application/gzip")
def write_archive(_context, value):
    """Whatever bytes: what a broken archive is answered with is as much of the API as what a whole one is."""
    return value if isinstance(value, bytes) else str(value).encode()
