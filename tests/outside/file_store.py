"""MLflow's own client on the exported file store: every parameter, metric and tag.

MLFLOW_ALLOW_FILE_STORE=true python file_store.py RESULTS MLFLOW-FOLDER
"""

import sys
from pathlib import Path

import mlflow
import pandas as pd

results, folder = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
runs = pd.read_parquet(results / "runs.parquet")
curves = pd.read_parquet(results / "curves.parquet")

client = mlflow.MlflowClient((folder / "mlruns").as_uri())
[experiment] = [found for found in client.search_experiments() if found.name != "Default"]
assert experiment.name == "small" and experiment.tags["mlflow.note.content"].startswith("Do other programs")
found = client.search_runs([experiment.experiment_id], max_results=1000)
assert {run.info.run_id for run in found} == set(runs.run)

settings = [column for column in runs.columns if "." in column or column in ("engine", "precision", "seed")]
for run in found:
    row = runs[runs.run == run.info.run_id].iloc[0]
    for name in settings:
        if pd.notna(row[name]):
            value = run.data.params[name]
            known = row[name]
            if isinstance(known, str):
                assert value == known, name
            elif str(known) in ("True", "False"):
                assert value == str(known).lower(), name
            else:
                assert float(value) == float(known), name
        else:
            assert name not in run.data.params
    assert run.info.status == "FINISHED" and run.data.tags["burnmark.outcome"] == row.outcome
    curve = curves[curves.run == row.run]
    history = client.get_metric_history(row.run, "validation_loss")
    assert [metric.value for metric in history] == curve.validation_loss.tolist()
    assert [metric.step for metric in history] == curve.step.tolist()
    if row.outcome == "done":
        assert run.data.metrics["best_test_metric"] == row.best_test_metric
    client.list_artifacts(row.run)

order = client.search_runs([experiment.experiment_id], "params.`optimizer.kind` = 'adam'", order_by=["metrics.best_validation_loss"])
assert order[0].data.metrics["best_validation_loss"] == runs[runs["optimizer.kind"] == "adam"].best_validation_loss.min()
print(f"MLflow reads {len(found)} runs, every metric to the last bit, and sorts and filters them")
