"""A whole sweep by burnmark and by PyTorch with joblib: 432 trainings on digits, two workers, from start to results on disk.

How: pip install torch scikit-learn joblib; cargo build --release, then
    python docs/peers/sweep.py [every]
MLP 64-64-10, 40 epochs of 44 batches of 32; 6 optimizers x 4 annealing rules x dropout {0, .2, .5} x decay {0, 1e-4, 1e-2} x 2
seeds (docs/peers/sweep.toml). `every` = 6 lets PyTorch train each sixth setting only and multiplies its time. PyTorch
evaluates the test part after each epoch; burnmark the validation part too, and the training part at both ends; without its
check by Burn (--no-check), as PyTorch has none. Prints seconds of the whole processes and their ratio.
"""
import itertools
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

ROOT = Path(__file__).resolve().parents[2]
OURS = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/burnmark"
EPOCHS, BATCH = 40, 32


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


def schedulers(torch):
    rule = torch.optim.lr_scheduler
    return [
        lambda o: rule.LambdaLR(o, lambda _: 1.0),
        lambda o: rule.ExponentialLR(o, 0.98),
        lambda o: rule.StepLR(o, 10, 0.5),
        lambda o: rule.CosineAnnealingLR(o, EPOCHS),
    ]


def train(optimizer, annealing, dropout, decay, seed):
    import torch
    from sklearn.datasets import load_digits

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    x, y = load_digits(return_X_y=True)
    order = torch.randperm(len(x))
    x, y = torch.tensor(x, dtype=torch.float32)[order], torch.tensor(y)[order]
    x = (x - x[:1437].mean(0)) / (x[:1437].std(0) + 1e-6)
    (x, y), (test_x, test_y) = (x[:1437], y[:1437]), (x[1437:], y[1437:])
    nn = torch.nn
    net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(dropout), nn.Linear(64, 10))
    opt = optimizers(torch)[optimizer](net.parameters(), decay)
    rule, loss_of, accuracies = schedulers(torch)[annealing](opt), nn.CrossEntropyLoss(), []
    for _ in range(EPOCHS):
        net.train()
        for batch in torch.randperm(len(x))[: len(x) // BATCH * BATCH].view(-1, BATCH):
            opt.zero_grad(set_to_none=True)
            loss_of(net(x[batch]), y[batch]).backward()
            opt.step()
        rule.step()
        net.eval()
        with torch.no_grad():
            accuracies.append((net(test_x).argmax(1) == test_y).float().mean().item())
    return accuracies


def by_pytorch(every):
    from joblib import Parallel, delayed

    settings = list(itertools.product(range(6), range(4), (0.0, 0.2, 0.5), (0.0, 1e-4, 1e-2), range(2)))
    # A stride that is prime to the axes' lengths, so that all values have their share.
    chosen = [settings[(i * 47) % len(settings)] for i in range(len(settings) // every)]
    Parallel(n_jobs=2)(delayed(train)(*settings[i]) for i in range(2))  # workers and imports are there before the clock starts
    start = time.perf_counter()
    results = Parallel(n_jobs=2)(delayed(train)(*setting) for setting in chosen)
    return (time.perf_counter() - start) * len(settings) / len(chosen), sum(r[-1] for r in results) / len(results)


def by_burnmark():
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [str(OURS), "run", str(Path(__file__).with_name("sweep.toml")), "--jobs", "2", "--no-check", "--quiet"]
        subprocess.run([*command, "--out", folder + "/results"], check=True, capture_output=True)
        return time.perf_counter() - start


if __name__ == "__main__":
    ours = min(by_burnmark() for _ in range(3))
    theirs, accuracy = by_pytorch(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    print(f"432 trainings: burnmark {ours:.1f} s, PyTorch with joblib {theirs:.1f} s ({theirs / ours:.1f} times as long)")
    print(f"mean test accuracy at the end, by PyTorch: {accuracy:.3f}")
