"""Layers over steps beside PyTorch: python docs/peers/sequences.py [BURNMARK]

A step of training of burnmark (engine `reference`, one worker) and of PyTorch (eager, one thread, Adam with `fused=True`) in microseconds, in turn,
three times: batch 32, 20 steps of 2 numbers, f32. Ours is the mean of a run's steps, PyTorch's the best of eight blocks of 20.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import torch
from torch import nn

BURNMARK = str(Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/burnmark").resolve())
SPEC = """
name = "sequences"
question = "How fast are layers over steps?"
engine = "reference"
precision = "f32"
seeds = 1
optimizer = {{ kind = "adam", lr = 3e-3 }}
data = {{ set = {{ kind = "adding", steps = 20, samples = 2000 }} }}
model = {{ kind = "layers", layers = [{layers}] }}
train = {{ epochs = 12, batch = 32, evaluate_every = 12 }}
"""


class Last(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)[0][:, -1]


class Convolutions(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv1d(2, 16, 3, padding=1), nn.Conv1d(16, 16, 3, padding=1)

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x.transpose(1, 2))))).mean(2)


CONV = '{ conv = 16, kernel = 3, padding = 1, activation = "relu" }'
CASES = {
    "rnn 32": ('{ rnn = 32 }, { pool = "last" }', Last(nn.RNN(2, 32, batch_first=True)), 32),
    "gru 32": ('{ gru = 32 }, { pool = "last" }', Last(nn.GRU(2, 32, batch_first=True)), 32),
    "lstm 32": ('{ lstm = 32 }, { pool = "last" }', Last(nn.LSTM(2, 32, batch_first=True)), 32),
    "gru 64, gru 64": ('{ gru = 64 }, { gru = 64 }, { pool = "last" }', Last(nn.GRU(2, 64, num_layers=2, batch_first=True)), 64),
    "conv 16, conv 16": (f'{CONV}, {CONV}, {{ pool = "mean" }}', Convolutions(), 16),
}


def by_burnmark(layers):
    with tempfile.TemporaryDirectory() as work:
        Path(work, "s.toml").write_text(SPEC.format(layers=layers))
        words = [BURNMARK, "run", "s.toml", "--quiet", "--no-check", "--jobs", "1", "--out", "out"]
        subprocess.run(words, cwd=work, check=True, stdout=subprocess.DEVNULL)
        row = pd.read_parquet(Path(work, "out", "measurements.parquet")).iloc[0]
        return row["train_seconds"] / row["steps"] * 1e6


def by_torch(network):
    optimizer, best = torch.optim.Adam(network.parameters(), lr=3e-3, fused=True), float("inf")
    for _ in range(8):
        begin = time.perf_counter()
        for step in range(20):
            batch = slice(32 * step, 32 * step + 32)
            optimizer.zero_grad()
            (0.5 * (network(x[batch]) - y[batch]) ** 2).mean().backward()
            optimizer.step()
        best = min(best, (time.perf_counter() - begin) / 20 * 1e6)
    return best


torch.set_num_threads(1)
x, y = torch.rand(2000, 20, 2), torch.rand(2000, 1)
for _ in range(3):
    for name, (layers, layer, width) in CASES.items():
        ours, theirs = by_burnmark(layers), by_torch(nn.Sequential(layer, nn.Linear(width, 1)))
        print(f"{name:18} burnmark {ours:6.0f}   PyTorch {theirs:6.0f}   ratio {theirs / ours:.1f}", flush=True)
