"""Weights & Biases: logs each run of a result folder offline, reads the files back and compares them with the tables.

python wandb_runs.py RESULTS
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

os.environ["WANDB_MODE"] = "offline"  # files in wandb/, which `wandb sync` sends
os.environ["WANDB_SILENT"] = "true"
import wandb


def log(results: Path, project: str) -> None:
    runs = pd.read_parquet(results / "runs.parquet")
    curves = pd.read_parquet(results / "curves.parquet")
    first = runs.columns.get_loc("metric")  # what comes before are settings
    for _, run in runs.iterrows():
        settings = run.iloc[1:first].dropna().to_dict()
        with wandb.init(project=project, id=run["run"], name=run["run"][:8], config=settings) as logged:
            for _, point in curves[curves.run == run["run"]].iterrows():
                logged.log(point.drop("run").dropna().to_dict(), step=int(point["step"]))
            logged.summary["outcome"] = run["outcome"]


BLOCK = 32768
"""Of a log file of LevelDB, the form of an offline run: pieces of records with a head of 7 bytes, and as many before the first."""


def records(path: Path) -> Iterator[bytes]:
    data, at, record = path.read_bytes(), 7, b""
    while at + 7 <= len(data):
        if BLOCK - at % BLOCK < 7:
            at += BLOCK - at % BLOCK
            continue
        length, kind = int.from_bytes(data[at + 4 : at + 6], "little"), data[at + 6]
        record += data[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):  # whole, or its last piece
            yield record
            record = b""


def read(folder: Path) -> dict[int, dict[str, float]]:
    """What the file of an offline run holds, by step."""
    from wandb.proto import wandb_internal_pb2

    steps: dict[int, dict[str, float]] = {}
    for written in records(next(folder.glob("run-*.wandb"))):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(written)
        if record.WhichOneof("record_type") == "history":
            values = {item.key or "/".join(item.nested_key): json.loads(item.value_json) for item in record.history.item}
            steps[int(record.history.step.num)] = values
    return steps


def main() -> None:
    results = Path(sys.argv[1])
    log(results, "burnmark")
    runs = pd.read_parquet(results / "runs.parquet")
    curves = pd.read_parquet(results / "curves.parquet")
    count = 0
    for run in runs["run"]:
        steps = read(next(Path("wandb").glob(f"offline-run-*-{run}")))
        of_run = curves[curves.run == run]
        assert len(steps) == len(of_run), run
        for _, point in of_run.iterrows():
            for column in ("validation_loss", "test_metric", "learning_rate"):
                assert steps[int(point["step"])][column] == point[column], (run, column)
                count += 1
    print(f"wandb: {len(runs)} runs, {count} numbers, each with all its bits")


main()
