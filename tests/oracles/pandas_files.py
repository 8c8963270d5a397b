"""Writes two Parquet files as pandas and Arrow write them.

pandas-index.parquet: a sorted table with the index that pandas keeps beside the columns.
long-texts.parquet: a column of 3,000 times the same text of 8 MiB, which the file holds once.

How: pip install pandas==3.1.1 pyarrow==26.0.1; python tests/oracles/pandas_files.py
"""
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent

a = [0.5, -1.25, 2.0, 0.75, -0.5, 1.5, -2.0, 0.25, 1.0, -0.75]
frame = pd.DataFrame({"a": a, "y": [round(2 * x + 0.1 * ((7 * i) % 5), 3) for i, x in enumerate(a)]})
frame.index = pd.MultiIndex.from_arrays([range(100, 110), [3 * i for i in range(10)]], names=["visit", None])
frame.sort_values("y").to_parquet(HERE / "pandas-index.parquet", compression=None)

text = pa.DictionaryArray.from_arrays(pa.array([0] * 3000, pa.int32()), pa.array(["z" * (8 << 20)]))
table = pa.table({"t": text, "y": [float(row % 7) for row in range(3000)], "x": [float(row % 5) for row in range(3000)]})
pq.write_table(table, HERE / "long-texts.parquet", compression="zstd", write_statistics=False, store_schema=False)
