"""The tables in pandas and DuckDB: Parquet as it is, and that CSV and JSON lines say the same, to the last bit.

python tables.py RESULTS CSV-FOLDER JSONL-FOLDER
"""

import json
import sys
from pathlib import Path

import duckdb
import pandas as pd

results, csv, jsonl = map(Path, sys.argv[1:4])
tables = ["runs", "curves", "steps", "measurements"]

# --- pandas
runs = pd.read_parquet(results / "runs.parquet")
curves = pd.read_parquet(results / "curves.parquet")
done = runs[runs.outcome == "done"]
best = done.groupby("optimizer.kind").best_test_metric.max()
assert list(best.index) == ["adam", "gradient-descent"] and best.between(0, 1).all()
curve = curves.merge(runs[["run", "optimizer.kind", "optimizer.lr"]], on="run")
mean = curve.groupby(["optimizer.kind", "optimizer.lr", "epoch"]).validation_loss.mean()
assert len(mean.loc["adam", 0.01]) == 5  # epochs 0 to 4
assert set(runs.outcome) == {"done", "diverged"} and runs.final_test_metric.isna().sum() == 2

# --- DuckDB, by SQL on the files
database = duckdb.connect()
rows = database.execute(
    f"""
    select r."optimizer.kind", r."optimizer.lr", min(c.validation_loss) as loss
    from '{results}/runs.parquet' r join '{results}/curves.parquet' c using (run)
    where r.outcome = 'done' group by all order by loss
    """
).fetchall()
assert len(rows) == 3 and rows[0][2] == curve[curve.run.isin(done.run)].validation_loss.min()

# --- the exports: every value of every table is the Parquet file's
for name in tables:
    table = pd.read_parquet(results / f"{name}.parquet")
    from_csv = pd.read_csv(csv / f"{name}.csv", dtype={c: t for c, t in table.dtypes.items() if t.kind != "O"})
    lines = [json.loads(line) for line in (jsonl / f"{name}.jsonl").read_text().splitlines()]
    # JSON leaves the type of a column to the reader; rounding there is none.
    from_jsonl = pd.DataFrame(lines, columns=table.columns)
    assert list(from_csv.columns) == list(table.columns) and len(from_csv) == len(table) == len(lines)
    for column in table.columns:
        known = table[column]
        for format, other in (("csv", from_csv[column]), ("jsonl", from_jsonl[column])):
            missing = known.isna()
            if format == "csv":
                missing |= known == ""  # pandas takes an empty text of a CSV file for missing; DuckDB and R do not
            assert (missing == other.isna()).all(), (name, column)
            there = ~missing
            assert (known[there].tolist() == other[there].tolist()), (name, column)
    count = f"select count(*) from '{csv}/{name}.csv'", f"select count(*) from '{jsonl}/{name}.jsonl'"
    assert [database.execute(sql).fetchone()[0] for sql in count] == [len(table)] * 2
print(f"tables: {', '.join(tables)} are the same in Parquet, CSV and JSON lines; pandas and DuckDB read them")
