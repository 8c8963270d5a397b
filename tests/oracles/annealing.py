"""Rates of the rules in examples/annealing by other programs, for tests/it/formulas.rs.

How: pip install torch==2.9.1 pytorch-optimizer==4.1.0 jax optax; python tests/oracles/annealing.py > tests/oracles/annealing.json
Without a rise where the library's first rate is 0 (ours is the first step of the rise).
"""
import json
import sys

sys.path.pop(0)  # the folder of this file, whose statistics.py is not Python's

import optax  # noqa: E402
import pytorch_optimizer  # noqa: E402
import torch  # noqa: E402

LR, TOTAL = 0.3, 100


def by_torch(make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=LR)
    scheduler, rates = make(optimizer), []
    for _ in range(TOTAL):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def wsd(kind):
    return by_torch(lambda o: pytorch_optimizer.get_wsd_schedule(o, 0, 80, 20, cooldown_type=kind))


restarts = by_torch(
    lambda o: torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=10, T_mult=2, eta_min=0.1 * LR))
roots = [LR * 20**0.5 * min((t + 1) ** -0.5, (t + 1) * 20**-1.5) for t in range(TOTAL)]
line = [LR * (1 - t / TOTAL) for t in range(TOTAL)]
assert max(abs(a - float(optax.linear_schedule(LR, 0.0, TOTAL)(t))) for t, a in enumerate(line)) < 1e-7  # Optax's is in f32
print(json.dumps({
    "warmup-stable-decay": {"settings": {"rise": 0, "fall": 0.2}, "words": {"shape": "sqrt"}, "rates": wsd("1-sqrt")},
    "warmup-stable-decay in a line": {
        "settings": {"rise": 0, "fall": 0.2}, "words": {"shape": "linear"}, "rates": wsd("linear")},
    "cosine-restarts": {"settings": {"length": 10, "final": 0.1}, "words": {}, "rates": restarts},
    "inverse-sqrt": {"settings": {"rise": 20}, "words": {}, "rates": roots},
    "linear-to-zero": {"settings": {"rise": 0}, "words": {}, "rates": line},
}))
