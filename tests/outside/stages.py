"""The two stages of a protocol in TensorBoard and MLflow: no group and no filter mixes them.

MLFLOW_ALLOW_FILE_STORE=true python stages.py RESULTS TENSORBOARD-FOLDER MLFLOW-FOLDER
"""

import sys
from pathlib import Path

import mlflow
import pandas as pd
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.plugins.hparams import plugin_data_pb2

results, tensorboard, store = map(Path, sys.argv[1:4])
runs = pd.read_parquet(results / "runs.parquet").set_index("run")
assert runs.stage.value_counts().to_dict() == {"tuning": 8, "report": 6}

groups = {}
multiplexer = EventMultiplexer().AddRunsFromDirectory(str(tensorboard)).Reload()
for name, tags in multiplexer.PluginRunToTagToContent("hparams").items():
    start = plugin_data_pb2.HParamsPluginData.FromString(tags["_hparams_/session_start_info"]).session_start_info
    stage = runs.loc[name.split("_")[-1]].stage
    assert start.hparams["stage"].string_value == stage and f"_{stage}_" in name
    groups.setdefault(start.group_name, []).append(stage)
assert sorted(len(group) for group in groups.values()) == [2, 2, 2, 2, 3, 3]
assert all(len(set(group)) == 1 for group in groups.values())

client = mlflow.MlflowClient((store / "mlruns").resolve().as_uri())
[experiment] = [found for found in client.search_experiments() if found.name != "Default"]
report = client.search_runs([experiment.experiment_id], "tags.`burnmark.stage` = 'report'")
assert {run.info.run_id for run in report} == set(runs[runs.stage == "report"].index)
assert all(" report seed " in run.info.run_name for run in report)
print("TensorBoard and MLflow keep the stages of a protocol apart")
