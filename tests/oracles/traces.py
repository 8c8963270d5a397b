"""Losses of single steps by PyTorch on real data, from a safetensors file, for tests/it/traces.rs.

How: pip install torch==2.15.0 safetensors==0.8.0 numpy==2.4.6; python tests/oracles/traces.py
Writes tests/oracles/traces.json and the two start files beside it. Split and scaling are done again here, by their
definitions, with the random stream of streams.py. Losses are before the update, as a mean over the batch, without the
penalty; validation losses are those of the averaged parameters after each epoch.
"""
import csv
import json
import math
import os
import numpy
import torch
from safetensors.torch import load_file, save_file
from streams import shuffled, stream

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
SEED, EPOCHS = 3, 4


def away_from_zero(x):
    return math.floor(x + 0.5)


def prepared(name):
    with open(f"{HERE}/../../datasets/{name}.csv") as file:
        rows = list(csv.reader(file))
    header, table = rows[0], numpy.array([[float(x) for x in row] for row in rows[1:]])
    features, target = table[:, :-1], table[:, -1]
    classes = header[-1] == "class"
    groups = [numpy.flatnonzero(target == c) for c in sorted(set(target))] if classes else [range(len(target))]
    words, train, validation = stream(SEED, b"split   ", 0, 0), [], []
    for group in groups:
        group = shuffled(words, [int(i) for i in group])
        v, t = away_from_zero(len(group) * 0.2), away_from_zero(len(group) * 0.2)
        validation += group[:v]
        train += group[v + t:]
    train, validation = sorted(train), sorted(validation)

    def scaled(x):
        return (x - x[train].mean(0)) / x[train].std(0)

    features = torch.tensor(scaled(features))
    target = torch.tensor(target).long() if classes else torch.tensor(scaled(target))[:, None]
    return classes, (features[train], target[train]), (features[validation], target[validation])


class Network(torch.nn.Module):
    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        widths = [inputs, *hidden, outputs]
        self.layers = torch.nn.ModuleList(torch.nn.Linear(n, k) for n, k in zip(widths, widths[1:]))

    def forward(self, z):
        for layer in self.layers[:-1]:
            z = torch.tanh(layer(z))
        return self.layers[-1](z)


def loss_of(classes, s, y):
    return torch.nn.functional.cross_entropy(s, y) if classes else ((s - y) ** 2).mean() / 2


def start(name, network):
    """Every tensor with numbers between -1/2 and 1/2, exact in binary, as a file that is read back."""
    i = 0
    with torch.no_grad():
        for tensor in network.state_dict().values():
            numbers = [(((i + j) * 7 + 3) % 37 - 18) / 32 for j in range(tensor.numel())]
            tensor.copy_(torch.tensor(numbers).reshape(tensor.shape))
            i += tensor.numel()
    path = f"{HERE}/start-{name}.safetensors"
    save_file(network.state_dict(), path)
    network.load_state_dict(load_file(path))


def trace(name, batch, make, clip, decay, average):
    classes, (x, y), (vx, vy) = prepared(name)
    network = Network(x.shape[1], (5, 4), 3 if classes else 1)
    start(name, network)
    groups = [
        {"params": [layer.bias for layer in network.layers], "weight_decay": 0.0},
        {"params": [layer.weight for layer in network.layers], "weight_decay": decay},
    ]
    optimizer = make(groups)
    rules = {"polyak": torch.optim.swa_utils.get_swa_avg_fn(), "ema": torch.optim.swa_utils.get_ema_avg_fn(0.9)}
    averaged = torch.optim.swa_utils.AveragedModel(network, avg_fn=rules[average]) if average else network
    losses, norms, validation = [], [], []
    for epoch in range(EPOCHS):
        for first in range(0, len(x), batch or len(x)):
            part = slice(first, first + (batch or len(x)))
            optimizer.zero_grad()
            loss = loss_of(classes, network(x[part]), y[part])
            loss.backward()
            norms.append(torch.nn.utils.clip_grad_norm_(network.parameters(), clip or math.inf).item())
            losses.append(loss.item())
            optimizer.step()
            if average and not (average == "polyak" and epoch < 1):
                averaged.update_parameters(network)
        with torch.no_grad():
            tested = network if average == "polyak" and epoch < 1 else averaged
            validation.append(loss_of(classes, tested(vx), vy).item())
    keys = {"data.set": name, "train.batch": batch or "full", "train.clip": clip, "regularize.weight_decay": decay}
    return {"keys": keys, "average": average, "losses": losses, "norms": norms, "validation": validation}


SGD = lambda groups: torch.optim.SGD(groups, lr=0.1)
ADAM = lambda groups: torch.optim.Adam(groups, lr=0.01, eps=1e-8)
result = []
for name in ("iris", "diabetes"):
    for batch in (0, 16, 1):
        result.append({"optimizer": "adam", **trace(name, batch, ADAM, 0.0, 0.0, "")})
    result.append({"optimizer": "gradient-descent", **trace(name, 16, SGD, 0.25, 0.01, "")})
    result.append({"optimizer": "gradient-descent", **trace(name, 16, SGD, 0.0, 0.0, "polyak")})
    result.append({"optimizer": "gradient-descent", **trace(name, 16, SGD, 0.0, 0.0, "ema")})
with open(f"{HERE}/traces.json", "w") as file:
    json.dump(result, file, indent=0)
    file.write("\n")
