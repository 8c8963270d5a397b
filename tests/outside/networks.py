"""Four networks of docs/guide/networks.md on their data sets, step by step beside the same networks in PyTorch.

python networks.py BURNMARK

A residual network with layer norm and GELU and an autoencoder on scikit-learn's digits (burnmark's `digits`, in the same order), a GRU on a
delayed recall and a convolution over steps on the adding problem, both drawn here and read from files. Both sides start from the same
weights and take 60 steps of Adam over the whole training part, in f64. Compared are the loss before each step and the parameters at the
end, to 1e-12 of the largest: sums are in another order, which is about 1e-15 a step, and found are at most 2e-14.
The means and deviations that scale the digits are those of the training rows alone: with those of all rows nothing agrees.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file, save_file
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

BURNMARK = sys.argv[1]
STEPS, TOLERANCE = 60, 1e-12
torch.set_default_dtype(torch.float64)
torch.manual_seed(1)


class Layers(nn.Module):
    """Layers under the numbers that burnmark gives them."""

    def __init__(self, **layers):
        super().__init__()
        self.layers = nn.ModuleDict({name.removeprefix("l"): layer for name, layer in layers.items()})


class Residual(Layers):
    def __init__(self):
        super().__init__(l0=nn.Linear(64, 32), l3=nn.Linear(32, 10))
        self.layers["2"] = nn.LayerNorm(32)
        self.inner = nn.ModuleList([nn.ModuleList([nn.LayerNorm(32), nn.Linear(32, 64), nn.Linear(64, 32)]) for _ in range(2)])

    def forward(self, x):
        z = F.gelu(self.layers["0"](x))
        for norm, wide, narrow in self.inner:
            z = z + narrow(F.gelu(wide(norm(z))))
        return self.layers["3"](self.layers["2"](z))

    def tensors(self):
        named = {f"layers.{n}.{p}": t for n, layer in self.layers.items() for p, t in layer.named_parameters()}
        for r, block in enumerate(self.inner):
            named |= {f"layers.1.{r}.0.{k}.{p}": t for k, layer in enumerate(block) for p, t in layer.named_parameters()}
        return named


class Autoencoder(Layers):
    def __init__(self):
        super().__init__(l0=nn.Linear(64, 32), l1=nn.Linear(32, 8), l2=nn.Linear(8, 32), l3=nn.Linear(32, 64))

    def forward(self, x):
        z = self.layers["1"](F.gelu(self.layers["0"](x)))
        return self.layers["3"](F.gelu(self.layers["2"](z)))

    def tensors(self):
        return {f"layers.{n}.{p}": t for n, layer in self.layers.items() for p, t in layer.named_parameters()}


class Recall(Layers):
    def __init__(self):
        super().__init__(l2=nn.Linear(16, 4))
        self.gru = nn.GRU(5, 16, batch_first=True)

    def forward(self, x):
        return self.layers["2"](self.gru(x)[0][:, -1])

    def tensors(self):
        gru = self.gru
        named = {
            "layers.0.input.weight": gru.weight_ih_l0, "layers.0.input.bias": gru.bias_ih_l0,
            "layers.0.hidden.weight": gru.weight_hh_l0, "layers.0.hidden.bias": gru.bias_hh_l0,
        }
        return named | {f"layers.2.{p}": t for p, t in self.layers["2"].named_parameters()}


class Adding(Layers):
    def __init__(self):
        super().__init__(l0=nn.Conv1d(2, 16, 3, padding=1), l1=nn.Conv1d(16, 16, 3, stride=2), l3=nn.Linear(80, 1))

    def forward(self, x):
        z = F.relu(self.layers["0"](x.transpose(1, 2)))
        z = F.relu(self.layers["1"](z)).transpose(1, 2)  # step by step, as `flatten` orders them
        return self.layers["3"](z.flatten(1))[:, 0]

    def tensors(self):
        return {f"layers.{n}.{p}": t for n, layer in self.layers.items() for p, t in layer.named_parameters()}


def standardized(x, count):
    """Scaled by the mean and deviation of the first rows; constant columns are only shifted."""
    mean, deviation = x[:count].mean(0), x[:count].std(0)
    return torch.tensor((x - mean) / np.where(deviation == 0, 1, deviation))


digits = load_digits()
scaled = standardized(digits.data, 1000)
rng = np.random.default_rng(2)
symbols = rng.integers(0, 4, 300)
recall = np.zeros((300, 11, 5))
recall[np.arange(300), 0, symbols] = 1
recall[:, 1:-1, 4] = rng.random((300, 9))
adding = np.stack([rng.random((300, 12)), np.zeros((300, 12))], axis=2)
for row in adding:
    row[rng.choice(12, 2, replace=False), 1] = 1
sums = (adding[:, :, 0] * adding[:, :, 1]).sum(1)

CASES = [
    ("residual, layer norm, GELU on digits", Residual, '"digits"', "train = 1000, validation = 400, test = 397", "true",
     '{ dense = 32, activation = "gelu" }, { repeat = 2, layers = [{ residual = [{ norm = "layer" }, { dense = 64, activation = "gelu" },'
     ' { dense = 32 }] }] }, { norm = "layer" }',
     scaled[:1000], torch.tensor(digits.target[:1000]), "classes"),
    ("autoencoder on digits", Autoencoder, '{ kind = "autoencoder", of = "digits" }', "train = 1000, validation = 400, test = 397", "true",
     '{ dense = 32, activation = "gelu" }, { dense = 8 }, { dense = 32, activation = "gelu" }',
     scaled[:1000], scaled[:1000], "numbers"),
    ("GRU on delayed recall", Recall, '{ csv = "recall.csv", target = "symbol", sequence = "number", time = "step", task = "classes" }',
     "train = 200, validation = 50, test = 50", "false", '{ gru = 16 }, { pool = "last" }',
     torch.tensor(recall[:200]), torch.tensor(symbols[:200]), "classes"),
    ("convolution over the steps of the adding problem", Adding, '{ npy = "adding.npy", labels = "sums.npy", shape = "sequence" }',
     "train = 200, validation = 50, test = 50", "false",
     '{ conv = 16, kernel = 3, padding = 1, activation = "relu" }, { conv = 16, kernel = 3, stride = 2, activation = "relu" }, { flatten = true }',
     torch.tensor(adding[:200]), torch.tensor(sums[:200]), "numbers"),
]


def spec(data, split, standardize, layers):
    return f"""
name = "one"
question = "Are these the losses that PyTorch finds?"
engine = "reference"
precision = "f64"
seeds = 1
output.parameters = true
optimizer = {{ kind = "adam", lr = 3e-3 }}

[data]
set = {data}
split = {{ {split}, order = "given" }}
standardize = {standardize}

[model]
kind = "layers"
initial = {{ kind = "file", path = "start.safetensors" }}
layers = [{layers}]

[train]
epochs = {STEPS}
batch = "full"
curve = "step"
"""


def by_burnmark(work, text):
    (work / "one.toml").write_text(text)
    subprocess.run([BURNMARK, "run", "one.toml", "--quiet", "--out", "one"], cwd=work, check=True, stdout=subprocess.DEVNULL)
    losses = pd.read_parquet(work / "one" / "steps.parquet").sort_values("step")["loss"].to_numpy()
    (parameters,) = (work / "one" / "parameters").glob("*.safetensors")
    return losses, load_file(parameters)


def by_torch(network, x, y, task):
    value = (lambda: F.cross_entropy(network(x), y)) if task == "classes" else (lambda: F.mse_loss(network(x), y) / 2)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3, eps=1e-8)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = value()
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    return np.array(losses), network.tensors()


with tempfile.TemporaryDirectory() as name:
    for title, make, data, split, standardize, layers, x, y, task in CASES:
        work = Path(tempfile.mkdtemp(dir=name))
        rows = [(n, t, *recall[n, t], "abcd"[symbols[n]]) for n in range(300) for t in range(11)]
        pd.DataFrame(rows, columns=["number", "step", "a", "b", "c", "d", "noise", "symbol"]).to_csv(work / "recall.csv", index=False)
        np.save(work / "adding.npy", adding)
        np.save(work / "sums.npy", sums)
        network = make()
        save_file({name: tensor.detach().clone() for name, tensor in network.tensors().items()}, work / "start.safetensors")
        ours, ours_at_end = by_burnmark(work, spec(data, split, standardize, layers))
        theirs, theirs_at_end = by_torch(network, x, y, task)
        assert len(ours) == STEPS and ours[-1] < 0.9 * ours[0], ours
        of_losses = np.abs(ours / theirs - 1).max()
        of_parameters = max((ours_at_end[k] - t.detach()).abs().max().item() / t.detach().abs().max().item() for k, t in theirs_at_end.items())
        assert set(ours_at_end) == set(theirs_at_end), set(ours_at_end) ^ set(theirs_at_end)
        assert of_losses < TOLERANCE and of_parameters < TOLERANCE, (title, of_losses, of_parameters)
        print(f"{title}: PyTorch's losses of {STEPS} steps to {of_losses:.0e}, its parameters to {of_parameters:.0e}")
