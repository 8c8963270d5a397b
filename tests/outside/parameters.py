"""Final parameters in PyTorch: names and shapes of its `Linear`, and the very losses that the tables have.

python parameters.py RESULTS POINTS.CSV

The split of the data is not known here. But the parts make up all of it, so their losses, each times its part's size,
sum up to the loss over all points.
"""

import sys
from pathlib import Path

import pandas as pd
import torch
from safetensors.torch import load_file

results, points = Path(sys.argv[1]), pd.read_csv(sys.argv[2])
runs = pd.read_parquet(results / "runs.parquet")
inputs = torch.tensor(points[["x", "y"]].to_numpy())
classes = torch.tensor(points.kind.map({"a": 0, "b": 1, "c": 2}).to_numpy())


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.ModuleList([torch.nn.Linear(2, 8), torch.nn.Linear(8, 5), torch.nn.Linear(5, 3)])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


sizes = {part: float(share) * len(points) for part, share in (("train", 0.6), ("validation", 0.2), ("test", 0.2))}
done = runs[runs.outcome == "done"]
for row in done.to_dict("records"):
    network = Network().double()
    network.load_state_dict(load_file(results / "parameters" / f"{row['run']}.safetensors"))
    with torch.no_grad():
        loss = torch.nn.functional.cross_entropy(network(inputs), classes, reduction="sum").item()
    known = sum(row[f"final_{part}_loss"] * size for part, size in sizes.items())
    assert abs(loss / known - 1) < 1e-13, (loss, known)
kept = {path.stem for path in (results / "parameters").glob("*.safetensors")}
assert kept == set(done.run)
print(f"PyTorch loads the parameters of {len(done)} runs and finds the losses of the tables, to 1e-13")
