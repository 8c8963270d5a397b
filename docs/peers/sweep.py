"""A whole sweep by burnmark and by PyTorch with joblib: 432 trainings, two workers, from start to results on disk.

How: pip install torch scikit-learn joblib; cargo build --release, then
    python docs/peers/sweep.py [digits|wine|breast-cancer|logistic] [every] [flags of burnmark]
The sweeps are those of cases.py. `every` = 6 lets PyTorch train each sixth setting only and multiplies its time. PyTorch is written as people
write it, with its optimizers' forms left to it. It evaluates the test part after each epoch; burnmark the validation part too, and the training
part at both ends; without its check by Burn (--no-check), as PyTorch has none. Prints seconds of the whole processes and their ratio.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cases import BATCH, case_of, settings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

ROOT = Path(__file__).resolve().parents[2]
OURS = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/burnmark"


def optimizers(torch):
    optim = torch.optim
    return [
        lambda p, d: optim.SGD(p, lr=0.1, weight_decay=d),
        lambda p, d: optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=d),
        lambda p, d: optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=d),
        lambda p, d: optim.Adagrad(p, lr=0.01, weight_decay=d),
        lambda p, d: optim.RMSprop(p, lr=0.001, weight_decay=d),
        lambda p, d: optim.Adam(p, lr=0.001, weight_decay=d),
    ]


def schedulers(torch, epochs):
    rule = torch.optim.lr_scheduler
    return [
        lambda o: rule.LambdaLR(o, lambda _: 1.0),
        lambda o: rule.ExponentialLR(o, 0.98),
        lambda o: rule.StepLR(o, 10, 0.5),
        lambda o: rule.CosineAnnealingLR(o, epochs),
    ]


def train(case, optimizer, annealing, dropout, decay, seed):
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    nn, binary = torch.nn, case.layers[-1] == 1
    x, y = case.data()
    order = torch.randperm(len(x))
    x, y = torch.tensor(x, dtype=torch.float32)[order], torch.tensor(y)[order]
    if binary:
        y = y.float()[:, None]
    x = (x - x[: case.train].mean(0)) / (x[: case.train].std(0) + 1e-6)
    (x, y), (test_x, test_y) = (x[: case.train], y[: case.train]), (x[case.train :], y[case.train :])
    net = nn.Sequential()
    for n, k in zip(case.layers, case.layers[1:-1]):
        net.extend([nn.Linear(n, k), nn.ReLU(), nn.Dropout(dropout)])
    net.append(nn.Linear(*case.layers[-2:]))
    opt = optimizers(torch)[optimizer](net.parameters(), decay)
    rule, accuracies = schedulers(torch, case.epochs)[annealing](opt), []
    loss_of = nn.BCEWithLogitsLoss() if binary else nn.CrossEntropyLoss()
    for _ in range(case.epochs):
        net.train()
        for batch in torch.randperm(len(x))[: case.steps * BATCH].view(-1, BATCH):
            opt.zero_grad(set_to_none=True)
            loss_of(net(x[batch]), y[batch]).backward()
            opt.step()
        rule.step()
        net.eval()
        with torch.no_grad():
            answers = net(test_x)
            right = (answers > 0).float() == test_y if binary else answers.argmax(1) == test_y
            accuracies.append(right.float().mean().item())
    return accuracies


def by_pytorch(case, every):
    from joblib import Parallel, delayed

    axes = [(d, w, s) for _, d, w in settings(case, [0]) for s in range(case.seeds)]
    runs = [(case, o, a, *rest) for o in range(6) for a in range(4) for rest in axes]
    # A stride that is prime to the axes' lengths, so that all values have their share.
    chosen = [runs[(i * 47) % len(runs)] for i in range(len(runs) // every)]
    Parallel(n_jobs=2)(delayed(train)(*runs[i]) for i in range(2))  # workers and imports are there before the clock starts
    start = time.perf_counter()
    results = Parallel(n_jobs=2)(delayed(train)(*run) for run in chosen)
    return (time.perf_counter() - start) * len(runs) / len(chosen), sum(r[-1] for r in results) / len(results)


def by_burnmark(case, flags):
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [str(OURS), "run", str(Path(__file__).with_name(case.spec)), "--jobs", "2", "--no-check", "--quiet", *flags]
        subprocess.run([*command, "--out", folder + "/results"], check=True, capture_output=True)
        return time.perf_counter() - start


if __name__ == "__main__":
    words = sys.argv[1:]
    case, every = case_of(words), next((int(word) for word in words if word.isdigit()), 1)
    flags = words[next((i for i, word in enumerate(words) if word.startswith("-")), len(words)) :]
    ours = statistics.median(by_burnmark(case, flags) for _ in range(5))
    theirs, accuracy = by_pytorch(case, every)
    print(f"{case.spec}, 432 trainings: burnmark {ours:.2f} s, PyTorch with joblib {theirs:.1f} s ({theirs / ours:.1f} times as long)")
    print(f"mean test accuracy at the end, by PyTorch: {accuracy:.3f}")
