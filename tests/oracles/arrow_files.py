"""Arrow files by pyarrow, for tests/it/formats.rs.

How: pip install pyarrow==26.0.1; python tests/oracles/arrow_files.py writes tests/oracles/table-*.arrow
Each holds the same table of 7 rows in two batches: columns of most types that tables take, and some that they do not.
"""
import datetime
import pathlib
import pyarrow as pa
from pyarrow import feather, ipc

TEXTS = ["Oslo", "Rome", None, "Rome", "a city with a long name, é", "", "Oslo"]
TABLE = pa.table(
    {
        "i8": pa.array([1, -2, 3, 4, 5, 6, 7], pa.int8()),
        "u16": pa.array([1, 2, 65535, 4, 5, 6, 7], pa.uint16()),
        "i64": pa.array([1, None, -(2**40), 4, 5, 6, 7], pa.int64()),
        "wide": pa.array([2**60 + i for i in range(7)], pa.int64()),
        "f32": pa.array([0.5, -1.25, 3, 4, 5, 6, 7], pa.float32()),
        "day": pa.array([datetime.date(2026, 1, 1 + i) for i in range(7)]),
        "pair": pa.array([[1, 2], [3], None, [], [4], [5], [6]], pa.list_(pa.int32())),
        "f64": pa.array([0.1, None, float("nan"), 1e300, 5, 6, 7], pa.float64()),
        "flag": pa.array([True, False, None, True, False, True, True]),
        "text": pa.array(TEXTS),
        "large": pa.array(TEXTS, pa.large_string()),
        "view": pa.array(TEXTS, pa.string_view()),
        "level": pa.array(TEXTS).dictionary_encode(),
        "y": pa.array([0.0, 1, 2, 3, 4, 5, 6]),
    }
)

if __name__ == "__main__":
    folder = pathlib.Path(__file__).parent
    for packing in (None, "lz4", "zstd"):
        options = ipc.IpcWriteOptions(compression=packing)
        with ipc.new_file(str(folder / f"table-{packing or 'plain'}.arrow"), TABLE.schema, options=options) as file:
            for batch in TABLE.to_batches(max_chunksize=4):
                file.write_batch(batch)
