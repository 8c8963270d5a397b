"""A training on 60,000 x 784 numbers from a file, as whole processes: burnmark, PyTorch and JAX, in turn.

How: pip install torch jax numpy; cargo build --release, then
    python docs/peers/large.py [rounds] [threads] [flags of burnmark]
The file has float32 (NPY, 188 MB, whole numbers from 0 to 255, 10 classes). All read it, take 54,000 rows for training by a seed, standardize them,
train an MLP 784-128-10 with momentum for two epochs of batches of 128 and evaluate the loss on both parts after each epoch. PyTorch with its
fused optimizer; JAX with one jitted scan per epoch. Prints the median seconds of the whole processes and their largest memory.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
OURS = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/burnmark"
TRAIN, BATCH, EPOCHS, RATE = 54_000, 128, 2, 0.05
SPEC = """
name = "large"
question = "How long does a training on 60,000 samples take?"
engine = "reference"
precision = "f32"
seeds = 1
data = { set = { npy = "x.npy", labels = "y.npy" }, split = { train = 0.9, validation = 0.05, test = 0.05 } }
model = { kind = "mlp", hidden = [128], activation = "relu" }
optimizer = { kind = "momentum", lr = 0.05 }
train = { epochs = 2, batch = 128 }
"""


def read(folder):
    x, y = np.load(folder / "x.npy"), np.load(folder / "y.npy").astype(np.int64)
    order = np.random.default_rng(0).permutation(len(x))
    x, y = x[order], y[order]
    mean, sd = x[:TRAIN].mean(0), x[:TRAIN].std(0)
    x -= mean
    x /= np.where(sd > 0, sd, 1)
    return x, y


def by_torch(folder, threads):
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    x, y = (torch.from_numpy(v) for v in read(folder))
    net = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    optimizer, loss = torch.optim.SGD(net.parameters(), RATE, momentum=0.9, fused=True), nn.CrossEntropyLoss()
    for _ in range(EPOCHS):
        for batch in torch.randperm(TRAIN).split(BATCH):
            optimizer.zero_grad()
            loss(net(x[batch]), y[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            print([loss(net(x[part]), y[part]).item() for part in (slice(TRAIN), slice(TRAIN, None))])


def by_jax(folder, threads):
    import jax
    import jax.numpy as jnp

    x, y = (jnp.asarray(v) for v in read(folder))
    random = np.random.default_rng(1)
    shapes = ((784, 128), (128, 10))
    theta = [(jnp.asarray(random.normal(size=s) * (2 / s[0]) ** 0.5, jnp.float32), jnp.zeros(s[1])) for s in shapes]
    each = jax.tree_util.tree_map

    def loss(theta, x, y):
        (w1, b1), (w2, b2) = theta
        s = jax.nn.relu(x @ w1 + b1) @ w2 + b2
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(s), y[:, None], 1))

    @jax.jit
    def epoch(theta, v, x, y, order):
        def one(carry, batch):
            theta, v = carry
            g = jax.grad(loss)(theta, x[batch], y[batch])
            v = each(lambda v, g: 0.9 * v - RATE * g, v, g)
            return (each(lambda p, v: p + v, theta, v), v), None

        (theta, v), _ = jax.lax.scan(one, (theta, v), order)
        return theta, v, loss(theta, x[:TRAIN], y[:TRAIN]), loss(theta, x[TRAIN:], y[TRAIN:])

    v = each(jnp.zeros_like, theta)
    for _ in range(EPOCHS):
        order = jnp.asarray(random.permutation(TRAIN)[: TRAIN // BATCH * BATCH].reshape(-1, BATCH))
        theta, v, *losses = epoch(theta, v, x, y, order)
        print([float(value) for value in losses])


def seconds(command, folder, environment):
    """Of the whole process, and the largest memory of it and its children in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(["/usr/bin/time", "-f", "%M", *command], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    said = process.communicate()[1]
    if process.returncode:
        sys.exit(said)
    return time.perf_counter() - start, int(said.splitlines()[-1]) / 1024


def main(words):
    if words[0:1] in (["pytorch"], ["jax"]):
        return {"pytorch": by_torch, "jax": by_jax}[words[0]](Path(words[1]), int(words[2]))
    numbers = [int(word) for word in words if word.isdigit()]
    rounds, threads = (numbers + [3, 1][len(numbers) :])[:2]
    flags = words[next((i for i, word in enumerate(words) if word.startswith("-")), len(words)) :]
    cores = sorted(os.sched_getaffinity(0))[:threads]
    os.sched_setaffinity(0, cores)
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads), JAX_PLATFORMS="cpu")
    if threads == 1:
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    with tempfile.TemporaryDirectory() as name:
        folder, random = Path(name), np.random.default_rng(3)
        y = random.integers(0, 10, 60_000)
        centres = random.integers(0, 160, (10, 784))
        np.save(folder / "x.npy", (centres[y] + random.integers(0, 96, (60_000, 784))).astype(np.float32))
        np.save(folder / "y.npy", y)
        (folder / "large.toml").write_text(SPEC)
        taken = {}
        for round in range(rounds):
            sides = {"burnmark": [str(OURS), "run", "large.toml", "--quiet", "--no-check", "--jobs", "1", *flags, "--out", f"out-{round}"]}
            sides |= {side: [sys.executable, str(Path(__file__).resolve()), side, name, str(threads)] for side in ("pytorch", "jax")}
            for side, command in sides.items():
                taken.setdefault(side, []).append(seconds(command, folder, environment))
    for side, figures in taken.items():
        print(f"{side}: {statistics.median(f[0] for f in figures):.2f} s, {max(f[1] for f in figures):.0f} MiB")


if __name__ == "__main__":
    main(sys.argv[1:])
