"""Makes the Parquet files beside this script, with what their readers have to get right.

    pip install pyarrow==26.0.1 && python make.py
"""

from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

here = Path(__file__).parent

types = pa.table(
    {
        "id": pa.array([9223372036854775371, 7, None], pa.int64()),
        "unsigned": pa.array([18446744073709551615, 1, 2], pa.uint64()),
        "number": pa.array([12345678901234567890, -12345678901234567891, 5], pa.decimal128(20, 0)),
        "price": pa.array([Decimal("19.90"), Decimal("-0.05"), None], pa.decimal128(10, 2)),
        "exact": pa.array([Decimal("12345678901234567.89"), Decimal("0.10"), None], pa.decimal128(30, 2)),
        "small": pa.array([1, 2, 3], pa.int32()),
        "rate": pa.array([0.25, None, 1.5], pa.float64()),
        "flag": pa.array([True, False, None]),
        "text": pa.array(["灯 “desk”", "", None]),
        "bytes": pa.array([b"plain", None, "é".encode()], pa.binary()),
        "day": pa.array([date(2026, 1, 31), None, date(1969, 12, 31)]),
        "at": pa.array([datetime(2026, 1, 31, 12, 30, tzinfo=timezone.utc), None, None], pa.timestamp("us", "UTC")),
        "tags": pa.array([["a", "b"], [], None], pa.list_(pa.string())),
        "ids": pa.array([[9223372036854775371, 1], None, [2]], pa.list_(pa.int64())),
        "object": pa.array(
            [{"object_id": 9223372036854775371, "price": Decimal("1.50")}, None, {"object_id": 3, "price": None}],
            pa.struct([("object_id", pa.int64()), ("price", pa.decimal128(10, 2))]),
        ),
    }
)
pq.write_table(types, here / "types.parquet", compression="snappy")

log = pa.table(
    {
        "query": [f"lamp {row // 3}" for row in range(10)],
        "product_id": pa.array([9223372036854775000 + row for row in range(10)], pa.int64()),
        "title": [f"Lamp number {row}" for row in range(10)],
        "clicks": pa.array(range(10), pa.int64()),
    }
)
for codec in ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]:
    pq.write_table(log, here / f"log-{codec}.parquet", compression=codec, row_group_size=4, data_page_version="2.0")
