"""TensorBoard's own readers on the exported event files: every scalar, and the HParams dashboard's sessions.

python events.py RESULTS TENSORBOARD-FOLDER
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.plugins.hparams import plugin_data_pb2

results, folder = map(Path, sys.argv[1:3])
runs = pd.read_parquet(results / "runs.parquet")
curves = pd.read_parquet(results / "curves.parquet")
steps = pd.read_parquet(results / "steps.parquet")
folders = sorted(path for path in folder.iterdir())
assert len(folders) == len(runs) and all(path.is_dir() for path in folders)

groups = set()
for path in folders:
    identity = path.name.split("_")[-1]
    run = runs[runs.run == identity].iloc[0]
    events = EventAccumulator(str(path), size_guidance={"scalars": 0, "tensors": 0}).Reload()
    assert events.FirstEventTimestamp() > 0
    curve, step = curves[curves.run == identity], steps[steps.run == identity]
    wanted = {"learning_rate": curve.learning_rate, "step/gradient_norm": step.gradient_norm}
    wanted |= {f"loss/{part}": curve[f"{part}_loss"] for part in ("train", "validation", "test")}
    wanted |= {f"accuracy/{part}": curve[f"{part}_metric"] for part in ("train", "validation", "test")}
    wanted |= {f"step/{c}": step[c] for c in steps.columns if c.startswith("gradient_norm.")}
    for tag, column in wanted.items():
        if len(column) == 0:
            assert tag not in events.Tags()["scalars"]
            continue
        found = events.Scalars(tag)
        table = step if tag.startswith("step/") else curve
        assert [event.step for event in found] == table.step.tolist(), (path, tag)
        assert [np.float32(event.value) for event in found] == column.astype(np.float32).tolist(), (path, tag)
    if run.outcome == "done":
        assert np.float32(events.Scalars("best/test_accuracy")[0].value) == np.float32(run.best_test_metric)

# The settings, as the HParams plugin finds them.
multiplexer = EventMultiplexer().AddRunsFromDirectory(str(folder)).Reload()
for name, tags in multiplexer.PluginRunToTagToContent("hparams").items():
    start = plugin_data_pb2.HParamsPluginData.FromString(tags["_hparams_/session_start_info"]).session_start_info
    end = plugin_data_pb2.HParamsPluginData.FromString(tags["_hparams_/session_end_info"]).session_end_info
    run = runs[runs.run == name.split("_")[-1]].iloc[0]
    assert start.hparams["optimizer.lr"].number_value == run["optimizer.lr"]
    assert start.hparams["optimizer.kind"].string_value == run["optimizer.kind"]
    assert end.status == 1 and "seed" not in start.hparams
    groups.add(start.group_name)
assert len(groups) == len(runs) // 2  # two seeds in each group
print(f"TensorBoard reads {len(runs)} runs in {len(groups)} session groups, every scalar the nearest f32")
