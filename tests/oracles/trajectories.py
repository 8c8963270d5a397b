"""Losses of 60 full-batch steps by PyTorch's optimizers, for tests/it/trajectories.rs.

How: pip install torch==2.15.0; python tests/oracles/trajectories.py > tests/oracles/trajectories.json
Everything is given by formulas of small whole numbers, so that both sides start from the same bits. The network is
3-5-4-2 with tanh; penalties act on weights, not on biases. The loss before each update is printed; it is without the
penalty.
"""
import json
import math
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
STEPS = 60
DECAY = 0.01


def number(i, period):
    """A number between -1 and 1, exact in binary."""
    return ((i * 7 + 3) % period - period // 2) / 16.0


inputs = torch.tensor([[number(3 * r + c, 31) for c in range(3)] for r in range(8)])
classes = torch.tensor([r % 2 for r in range(8)])
values = torch.tensor([[number(2 * r + c, 29) for c in range(2)] for r in range(8)])


def parameters():
    """For each layer the bias (outputs), then the weights (inputs x outputs), numbered through."""
    tensors, i = [], 0
    for n, k in ((3, 5), (5, 4), (4, 2)):
        for shape in ((k,), (n, k)):
            count = k if len(shape) == 1 else n * k
            tensors.append(torch.tensor([number(i + j, 37) for j in range(count)]).reshape(shape).requires_grad_())
            i += count
    return tensors


def loss_of(tensors, task):
    z = inputs
    for layer in range(3):
        bias, weight = tensors[2 * layer], tensors[2 * layer + 1]
        z = z @ weight + bias
        if layer < 2:
            z = torch.tanh(z)
    if task == "classes":
        return torch.nn.functional.cross_entropy(z, classes)
    return ((z - values) ** 2).sum() / (2 * len(values))


def trajectory(task, make, decay=DECAY, threshold=0.0):
    """threshold: the rate times L1's lambda, applied as a soft threshold after each step."""
    tensors = parameters()
    groups = [{"params": tensors[0::2], "weight_decay": 0.0}, {"params": tensors[1::2], "weight_decay": decay}]
    optimizer, losses = make(groups), []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(tensors, task)
        loss.backward()
        optimizer.loss = loss.item()  # iRprop+ asks for it
        optimizer.step()
        if threshold:
            with torch.no_grad():
                for weight in tensors[1::2]:
                    weight.copy_(torch.nn.functional.softshrink(weight, threshold))
        losses.append(loss.item())
    return losses


class PaperRprop:
    """Rprop, Rprop+ and iRprop+ weight by weight, after algorithms 2, 1 and 3 of Igel & Huesken 2000; PyTorch has only
    their algorithm 4, iRprop-."""

    def __init__(self, groups, kind):
        self.kind, self.tensors = kind, [tensor for group in groups for tensor in group["params"]]
        count = sum(tensor.numel() for tensor in self.tensors)
        self.delta, self.before, self.last = [0.01] * count, [0.0] * count, [0.0] * count
        self.loss = self.loss_before = math.inf

    def zero_grad(self):
        for tensor in self.tensors:
            tensor.grad = None

    def step(self):
        i = 0
        for tensor in self.tensors:
            flat, gradient = tensor.detach().view(-1), tensor.grad.view(-1).tolist()
            for j, g in enumerate(gradient):
                product = g * self.before[i]
                if product > 0:
                    self.delta[i] = min(self.delta[i] * 1.2, 50.0)
                elif product < 0:
                    self.delta[i] = max(self.delta[i] * 0.5, 1e-6)
                if product < 0 and self.kind != "rprop":
                    if self.kind == "rprop-plus" or self.loss > self.loss_before:
                        flat[j] -= self.last[i]
                    g = 0.0
                else:
                    self.last[i] = -math.copysign(self.delta[i], g) if g else 0.0
                    flat[j] += self.last[i]
                self.before[i] = g
                i += 1
        self.loss_before = self.loss


# Optimizer -> (burnmark's settings, PyTorch's counterpart).
MAKERS = {
    "gradient-descent": ({"lr": 0.3}, lambda groups: torch.optim.SGD(groups, lr=0.3)),
    "momentum": ({"lr": 0.1, "mu": 0.9}, lambda groups: torch.optim.SGD(groups, lr=0.1, momentum=0.9)),
    # PyTorch's parameters are the look-ahead point, where the loss is also taken here.
    "nesterov": ({"lr": 0.1, "mu": 0.9}, lambda groups: torch.optim.SGD(groups, lr=0.1, momentum=0.9, nesterov=True)),
    "adagrad": (
        {"lr": 0.1, "epsilon": 1e-10, "epsilon_place": "outside"},
        lambda groups: torch.optim.Adagrad(groups, lr=0.1, eps=1e-10),
    ),
    "rmsprop": (
        {"lr": 0.003, "gamma": 0.9, "epsilon": 1e-8, "epsilon_place": "outside"},
        lambda groups: torch.optim.RMSprop(groups, lr=0.003, alpha=0.9, eps=1e-8),
    ),
    "adadelta": (
        {"lr": 2.0, "rho": 0.9, "epsilon": 1e-6},
        lambda groups: torch.optim.Adadelta(groups, lr=2.0, rho=0.9, eps=1e-6),
    ),
    "adam": (
        {"lr": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
        lambda groups: torch.optim.Adam(groups, lr=0.02, betas=(0.9, 0.999), eps=1e-8),
    ),
    "adamax": (
        {"lr": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
        lambda groups: torch.optim.Adamax(groups, lr=0.02, betas=(0.9, 0.999), eps=1e-8),
    ),
    "amsgrad": (
        {"lr": 0.02, "beta1": 0.9, "beta2": 0.9, "epsilon": 1e-8},
        lambda groups: torch.optim.Adam(groups, lr=0.02, betas=(0.9, 0.9), eps=1e-8, amsgrad=True),
    ),
    "nadam": (
        {"lr": 0.02, "beta1": 0.9, "beta2": 0.999, "psi": 0.004, "epsilon": 1e-8},
        lambda groups: torch.optim.NAdam(groups, lr=0.02, betas=(0.9, 0.999), eps=1e-8, momentum_decay=0.004),
    ),
    # PyTorch's Rprop has no weight decay; it zeroes the gradient where the sign changed, as iRprop- does.
    "irprop-minus": (
        {"lr": 0.01, "eta_plus": 1.2, "eta_minus": 0.5, "delta_min": 1e-6, "delta_max": 50.0},
        lambda groups: torch.optim.Rprop(
            [tensor for group in groups for tensor in group["params"]], lr=0.01, etas=(0.5, 1.2), step_sizes=(1e-6, 50.0)
        ),
    ),
}
RPROP = MAKERS["irprop-minus"][0]
for kind in ("rprop", "rprop-plus", "irprop-plus"):
    MAKERS[kind] = (RPROP, lambda groups, kind=kind: PaperRprop(groups, kind))


def entry(task, name, losses, weight_decay=DECAY, l1=0.0, decoupled=False):
    optimizer = {"kind": name, **MAKERS[name][0]}
    penalties = {"weight_decay": weight_decay, "l1": l1, "decoupled": decoupled}
    return {"task": task, "optimizer": optimizer, **penalties, "losses": losses}


result = []
for task in ("classes", "values"):
    for name, (_, make) in MAKERS.items():
        result.append(entry(task, name, trajectory(task, make), weight_decay=0.0 if "rprop" in name and name != "rmsprop" else DECAY))
    adamw = trajectory(task, lambda g: torch.optim.AdamW(g, lr=0.02, betas=(0.9, 0.999), eps=1e-8), decay=0.1)
    result.append(entry(task, "adam", adamw, weight_decay=0.1, decoupled=True))
    ista = trajectory(task, MAKERS["gradient-descent"][1], decay=0.0, threshold=0.3 * 0.02)
    result.append(entry(task, "gradient-descent", ista, weight_decay=0.0, l1=0.02))
print(json.dumps(result, indent=0))
