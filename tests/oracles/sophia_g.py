"""Losses of 60 full-batch steps by SophiaG, the code of its authors, with labels drawn from the network: for tests/it/drawn.rs.

How: pip install torch==2.9.1, get sophia.py of Liuhong99/Sophia at a7e1572, then
python tests/oracles/sophia_g.py FOLDER > tests/oracles/sophia_g.json
Task, start and network are those of authors.py. What is drawn for a number is the answer plus noise of the standard normal distribution;
the noise stands in sophia_g.json, from burnmark's stream, and is read from there: the test says whether it is the stream's. The curvature is
looked at before each tenth step, from the first on, as in algorithm 3.
"""
import json
import os
import sys

os.environ["TORCHDYNAMO_DISABLE"] = "1"
sys.path[0] = sys.argv[1]

import torch  # noqa: E402
from sophia import SophiaG  # noqa: E402

torch.set_default_dtype(torch.float64)
FIGURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sophia_g.json")


def number(i, period):
    return ((i * 7 + 3) % period - period // 2) / 16.0


X = torch.tensor([[number(3 * r + c, 31) for c in range(3)] for r in range(8)])
Y = torch.tensor([[number(2 * r + c, 29) for c in range(2)] for r in range(8)])

parameters, i = [], 0
for n, k in ((3, 5), (5, 4), (4, 2)):
    for rows in (1, n):
        values = torch.tensor([number(i + j, 37) for j in range(rows * k)]).reshape(rows, k)
        parameters.append(torch.nn.Parameter(values))
        i += rows * k


def answers():
    z = X
    for layer in range(3):
        z = z @ parameters[2 * layer + 1] + parameters[2 * layer]
        z = torch.tanh(z) if layer < 2 else z
    return z


def loss(y):
    return ((answers() - y) ** 2).sum() / (2 * len(y))


noise = json.load(open(FIGURES))["noise"]
optimizer = SophiaG(parameters, lr=0.02, betas=(0.965, 0.99), rho=0.04, weight_decay=0.0)
losses = []
for step in range(60):
    if step % 10 == 0:
        optimizer.zero_grad()
        drawn = answers().detach() + torch.tensor(noise[step // 10]).reshape(8, 2)
        loss(drawn).backward()
        optimizer.update_hessian()
    optimizer.zero_grad()
    now = loss(Y)
    losses.append(now.item())
    now.backward()
    optimizer.step(bs=8)
print(json.dumps({"noise": noise, "losses": losses}, indent=1))
