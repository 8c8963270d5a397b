"""Losses of 60 full-batch steps of gradient descent by PyTorch, for each loss that a spec can name and those of examples/losses: for tests/it/losses.rs.

How: pip install torch==2.9.1; python -P tests/oracles/losses.py > tests/oracles/losses.json
(`-P`, because PyTorch imports the standard module `statistics`, whose name a script of this folder has, too.)
Everything is given by formulas of small whole numbers, so that both sides start from the same bits. The network is 3-5-4-K
with tanh, the learning rate 0.1. The loss before each update is printed.
"""
import json
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
STEPS, SAMPLES, RATE = 60, 8, 0.1


def number(i, period):
    """A number between -1 and 1, exact in binary."""
    return ((i * 7 + 3) % period - period // 2) / 16.0


inputs = torch.tensor([[number(3 * r + c, 31) for c in range(3)] for r in range(SAMPLES)])
values = torch.tensor([[number(2 * r + c, 29) for c in range(2)] for r in range(SAMPLES)])
two = torch.tensor([r % 2 for r in range(SAMPLES)])
three = torch.tensor([r % 3 for r in range(SAMPLES)])
zero_one = two.double().reshape(-1, 1)
signs = 2.0 * zero_one - 1.0
one_hot = F.one_hot(three, 3).double()

# Name, parameters, outputs, loss.
LOSSES = [
    ("squared-error", {}, 2, lambda s: 0.5 * F.mse_loss(s, values, reduction="sum") / SAMPLES),
    ("huber", {"delta": 1.0}, 2, lambda s: F.huber_loss(s, values, reduction="sum", delta=1.0) / SAMPLES),
    ("huber", {"delta": 0.25}, 2, lambda s: F.huber_loss(s, values, reduction="sum", delta=0.25) / SAMPLES),
    ("absolute-error", {}, 2, lambda s: F.l1_loss(s, values, reduction="sum") / SAMPLES),
    ("binary-cross-entropy", {}, 1, lambda s: F.binary_cross_entropy_with_logits(s, zero_one)),
    ("cross-entropy", {"smoothing": 0.0}, 3, lambda s: F.cross_entropy(s, three)),
    ("cross-entropy", {"smoothing": 0.1}, 3, lambda s: F.cross_entropy(s, three, label_smoothing=0.1)),
    ("hinge", {"margin": 1.0}, 1, lambda s: torch.clamp(1.0 - signs * s, min=0.0).mean()),
    ("hinge", {"margin": 0.5}, 1, lambda s: torch.clamp(0.5 - signs * s, min=0.0).mean()),
    ("multi-class-hinge", {"margin": 1.0}, 3, lambda s: F.multi_margin_loss(s, three)),
    ("multi-class-hinge", {"margin": 0.5}, 3, lambda s: F.multi_margin_loss(s, three, margin=0.5)),
    ("one-hot-squared-error", {}, 3, lambda s: 0.5 * F.mse_loss(s, one_hot, reduction="sum") / SAMPLES),
    ("signed-squared-error", {}, 1, lambda s: 0.5 * F.mse_loss(s, signs)),
    # examples/losses
    ("log-cosh", {}, 2, lambda s: torch.log(torch.cosh(s - values)).sum() / SAMPLES),
    ("focal", {"gamma": 2.0}, 1, lambda s: (torch.sigmoid(-signs * s) ** 2 * F.softplus(-signs * s)).mean()),
    ("focal", {"gamma": 0.7}, 1, lambda s: (torch.sigmoid(-signs * s) ** 0.7 * F.softplus(-signs * s)).mean()),
]


def trajectory(outputs, loss_of):
    tensors, i = [], 0
    for n, k in ((3, 5), (5, 4), (4, outputs)):
        for shape in ((k,), (n, k)):  # the bias, then the weights, numbered through
            count = k if len(shape) == 1 else n * k
            tensors.append(torch.tensor([number(i + j, 37) for j in range(count)]).reshape(shape).requires_grad_())
            i += count
    optimizer, losses = torch.optim.SGD(tensors, lr=RATE), []
    for _ in range(STEPS):
        z = inputs
        for layer in range(3):
            z = z @ tensors[2 * layer + 1] + tensors[2 * layer]
            z = torch.tanh(z) if layer < 2 else z
        loss = loss_of(z)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


print(
    "[\n"
    + ",\n".join(
        json.dumps({"loss": {"kind": name, **parameters}, "outputs": outputs, "losses": trajectory(outputs, loss_of)})
        for name, parameters, outputs, loss_of in LOSSES
    )
    + "\n]"
)
