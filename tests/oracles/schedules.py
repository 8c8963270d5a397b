"""The figures of `rules_follow_pytorch` in src/schedule/mod.rs.

How: pip install torch==2.15.0; python tests/oracles/schedules.py
"""
import torch

RATE = 0.5


def rates(make, T=20, times=(0, 3, 5, 12, 19)):
    optimizer = torch.optim.SGD([torch.zeros(1, dtype=torch.float64, requires_grad=True)], lr=RATE)
    schedule, seen = make(optimizer), []
    for t in range(T):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if t < T - 1:
            schedule.step()
    return [seen[t] for t in times]


lr = torch.optim.lr_scheduler
print("cosine", rates(lambda o: lr.CosineAnnealingLR(o, T_max=20, eta_min=0.1 * RATE)))
print("polynomial", rates(lambda o: lr.PolynomialLR(o, total_iters=20, power=2.0)))
print("warm-up", rates(lambda o: lr.LinearLR(o, start_factor=0.1, total_iters=5)))
print("one-cycle", rates(lambda o: lr.OneCycleLR(o, max_lr=RATE, total_steps=20, pct_start=0.3, cycle_momentum=False)))
for total, rise in ((2, 0.3), (3, 0.3), (5, 0.9)):
    make = lambda o: lr.OneCycleLR(o, max_lr=RATE, total_steps=total, pct_start=rise, cycle_momentum=False)
    print("one-cycle", total, rise, rates(make, total, range(total)))
