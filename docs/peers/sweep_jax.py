"""The sweep of docs/peers/sweep.toml by JAX on the CPU: 432 trainings on digits, two cores, from start to results on disk.

How: pip install jax numpy scikit-learn, then
    python docs/peers/sweep_jax.py [repeats] [name=value ...]
The same trainings as sweep.py's by PyTorch (same split, network, optimizers, rules, test accuracy after each epoch), as an
expert would write them: `lax.scan` over epochs and steps of a `vmap` over settings, rates as tables, data in memory, masks
from jax.random. Of what was tried the fastest is the default; each choice can be set by name=value:
    workers=threads    one process, two Python threads that call what is compiled; or processes: two, half the work each;
                       or xla: one process, one call after another, XLA's own two threads
    functions=one      all optimizers are one recurrence whose coefficients are data, compiled once; or six: one each
    draws=shared       trainings of one seed share batches and masks (common random numbers), so that one product
                       serves a whole group; or each: every training draws its own
    chunk=36           trainings in a vmap: a divisor of 36, the settings of an optimizer and seed
    random=unsafe_rbg  generator: or rbg, threefry2x32
In JAX's favour: the data set is a file of NumPy's before the clock starts; sharing draws is not asked of the other peers.
Prints seconds: of the whole processes with an empty compilation cache, with a warm one, and of their parts (import,
tracing and compilation, trainings), each the least over `repeats`; then the mean final test accuracy by optimizer.
"""
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

EPOCHS, BATCH, STEPS, TRAIN = 40, 32, 44, 1437
CHOICES = {"workers": "threads", "functions": "one", "draws": "shared", "chunk": "36", "random": "unsafe_rbg"}
# Every optimizer as m ← a m + b g, v ← c v + d g², θ ← θ - rate (e m + f g) / (√v correction + ε):
# rate, a, b, c, d, e, f, ε.
OPTIMIZERS = {
    "gradient-descent": (0.1, 0, 0, 0, 0, 0, 1, 1),
    "momentum": (0.05, 0.9, 1, 0, 0, 1, 0, 1),
    "nesterov": (0.05, 0.9, 1, 0, 0, 0.9, 1, 1),
    "adagrad": (0.01, 0, 0, 1, 1, 0, 1, 1e-10),
    "rmsprop": (0.001, 0, 0, 0.99, 0.01, 0, 1, 1e-8),
    "adam": (0.001, 0.9, 0.1, 0.999, 0.001, 1, 0, 1e-8),
}
ANNEALINGS = {
    "constant": lambda e: np.ones(len(e)),
    "exponential": lambda e: 0.98**e,
    "step": lambda e: 0.5 ** (e // 10),
    "cosine": lambda e: (1 + np.cos(np.pi * e / EPOCHS)) / 2,
}
SETTINGS = list(itertools.product(ANNEALINGS, (0.0, 0.2, 0.5), (0.0, 1e-4, 1e-2)))


def of_seed(folder, seed):
    """Features (standardized), one-hot classes and first weights (as PyTorch draws them)."""
    file, random = np.load(folder / "digits.npz"), np.random.default_rng(seed)
    order = random.permutation(len(file["x"]))
    x, y = file["x"][order], np.eye(10, dtype=np.float32)[file["y"][order]]
    x = (x - x[:TRAIN].mean(0)) / (x[:TRAIN].std(0, ddof=1) + np.float32(1e-6))
    theta = [random.uniform(-0.125, 0.125, shape).astype(np.float32) for shape in ((64, 64), (64,), (10, 64), (10,))]
    return x, y, theta


def batches(seed, trainings):
    """Samples of the batches: epochs × steps × batch, or with `trainings` before the last axis for each of them."""
    random = np.random.default_rng([seed, trainings or 0])
    orders = np.tile(np.arange(TRAIN, dtype=np.int32), (EPOCHS, trainings or 1, 1))
    orders = random.permuted(orders, axis=2)[:, :, : STEPS * BATCH].reshape(EPOCHS, -1, STEPS, BATCH)
    return orders.swapaxes(1, 2) if trainings else orders[:, 0]


def rates(optimizer, settings):
    """Rate and correction of √v: epochs × steps × settings × 2. Adam's corrections of both moments are in them."""
    t = np.arange(1, EPOCHS * STEPS + 1)
    first, root = (1 / (1 - 0.9**t), 1 / np.sqrt(1 - 0.999**t)) if optimizer == "adam" else (1.0, np.ones(len(t)))
    rule = {name: np.repeat(f(np.arange(EPOCHS)), STEPS) * OPTIMIZERS[optimizer][0] * first for name, f in ANNEALINGS.items()}
    table = np.stack([np.stack([rule[s[0]], root], -1) for s in settings], 1)
    return table.astype(np.float32).reshape(EPOCHS, STEPS, len(settings), 2)


def trainer(coefficients, shared):
    """The training of a group. `coefficients` are an optimizer's, known when compiling, or None: then they are data."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    each = jax.tree_util.tree_map

    # Features lie before samples: then products with the shared batch need no transposition of weights or activations.
    def scores(theta, xt, mask=None):
        w1, b1, w2, b2 = theta
        h = jax.nn.relu(w1 @ xt + b1[:, None])
        return w2 @ (h if mask is None else h * mask) + b2[:, None]

    def loss(theta, xt, yt, mask):
        return -jnp.sum(jax.nn.log_softmax(scores(theta, xt, mask), axis=0) * yt) / BATCH

    def step(theta, m, v, xt, yt, uniform, rate, data, keep, decay):
        g = jax.grad(loss)(theta, xt, yt, jnp.where(uniform < keep, 1 / keep, 0))
        g = each(lambda g, p: g + decay * p, g, theta)
        a, b, c, d, e, f, epsilon = data if coefficients is None else coefficients
        if coefficients is None or b:
            m = each(lambda m, g: a * m + b * g, m, g)
        if coefficients is None or d:
            v = each(lambda v, g: c * v + d * g * g, v, g)
        if coefficients is None:
            along = each(lambda m, g: e * m + f * g, m, g)
        else:
            along = g if not e else m if not f else each(lambda m, g: e * m + f * g, m, g)
        if coefficients is None or d:
            along = each(lambda s, v: s / (jnp.sqrt(v) * rate[1] + epsilon), along, v)
        return each(lambda p, s: p - rate[0] * s, theta, along), m, v

    def accuracy(theta, xt, classes):
        return jnp.mean(jnp.argmax(scores(theta, xt), axis=0) == classes)

    own = None if shared else 0
    steps = jax.vmap(step, (0, 0, 0, own, own, own, 0, 0, 0, 0))
    accuracies = jax.vmap(accuracy, (0, None, None))

    def train(x, y, theta, orders, table, seed, data, keep, decay):
        n = len(keep)
        theta = [jnp.broadcast_to(p, (n, *p.shape)) for p in theta]
        zeros = each(jnp.zeros_like, theta)
        test_xt, test_classes = x[TRAIN:].T, jnp.argmax(y[TRAIN:], axis=1)

        def epoch(carry, now):
            order, rate, key = now

            def one(carry, now):
                samples, rate, key = now
                xt, yt = jnp.swapaxes(x[samples], -1, -2), jnp.swapaxes(y[samples], -1, -2)
                uniform = jax.random.uniform(key, (64, BATCH) if shared else (n, 64, BATCH))
                return steps(*carry, xt, yt, uniform, rate, data, keep, decay), None

            carry, _ = lax.scan(one, carry, (order, rate, jax.random.split(key, STEPS)))
            return carry, accuracies(carry[0], test_xt, test_classes)

        keys = jax.random.split(jax.random.key(seed), EPOCHS)
        return lax.scan(epoch, (theta, zeros, zeros), (orders, table, keys))[1]

    return jax.jit(train)


def work(folder, choices, part, parts, start):
    """A worker process: its share of the groups (every `parts`-th optimizer), a file of results, seconds of its parts."""
    import jax
    from concurrent.futures import ThreadPoolExecutor

    jax.config.update("jax_default_prng_impl", choices["random"])
    jax.config.update("jax_compilation_cache_dir", str(folder / "cache"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    shared, chunk, one = choices["draws"] == "shared", int(choices["chunk"]), choices["functions"] == "one"
    seeds = [of_seed(folder, seed) for seed in range(2)]
    orders = [batches(seed, None) if shared else None for seed in range(2)]
    names = list(OPTIMIZERS)[part::parts]
    chunks = [SETTINGS[i : i + chunk] for i in range(0, len(SETTINGS), chunk)]
    groups = [(name, seed, settings) for name in names for seed in range(2) for settings in chunks]
    started = time.time()

    def arguments(name, seed, settings, index):
        data = tuple(np.full(len(settings), c, np.float32) for c in OPTIMIZERS[name][1:]) if one else None
        keep, decay = (np.array(v, np.float32) for v in ([1 - s[1] for s in settings], [s[2] for s in settings]))
        order = orders[seed] if shared else batches(100 + index, chunk)
        return *seeds[seed], order, rates(name, settings), np.uint32(seed if shared else 100 + index), data, keep, decay

    def compile_one(name):
        function = trainer(None if one else OPTIMIZERS[name][1:], shared)
        return function.lower(*arguments(name, 0, SETTINGS[:chunk], 0)).compile()

    def train(index):
        name, seed, settings = groups[index]
        return np.asarray(compiled[name](*arguments(name, seed, settings, index)))

    with ThreadPoolExecutor(2 if choices["workers"] == "threads" else 1) as pool:
        compiled = dict.fromkeys(names, compile_one(names[0])) if one else dict(zip(names, pool.map(compile_one, names)))
        ready = time.time()
        results = list(pool.map(train, range(len(groups))))
    trained = time.time()
    with open(folder / f"results-{part}.csv", "w") as file:
        for (name, seed, settings), curves in zip(groups, results):
            for setting, curve in zip(settings, curves.T):
                print(name, *setting, seed, *(f"{v:.4f}" for v in curve), sep=",", file=file)
    print(json.dumps({"import": started - start, "compilation": ready - started, "trainings": trained - ready}))


def measure(folder, choices):
    """Seconds: of all processes from start to end, and of their parts (of two workers the longer)."""
    parts = 2 if choices["workers"] == "processes" else 1
    flags = os.environ.get("XLA_FLAGS", "") + (" --xla_cpu_multi_thread_eigen=false" if choices["workers"] != "xla" else "")
    environment = dict(os.environ, JAX_PLATFORMS="cpu", XLA_FLAGS=flags.strip(), TF_CPP_MIN_LOG_LEVEL="3")
    words = [f"{name}={value}" for name, value in choices.items()]
    start, used = time.time(), sum(os.times()[2:4])
    command = [sys.executable, __file__, "worker", str(folder), str(parts)]
    running = [
        subprocess.Popen([*command, str(part), str(time.time()), *words], stdout=subprocess.PIPE, env=environment)
        for part in range(parts)
    ]
    said = [json.loads(process.communicate()[0].splitlines()[-1]) for process in running]
    whole = {"whole": time.time() - start, "of both cores": sum(os.times()[2:4]) - used}
    return whole | {name: max(s[name] for s in said) for name in said[0]}


def main(words):
    choices = {**CHOICES, **dict(word.split("=") for word in words if "=" in word)}
    if words[:1] == ["worker"]:
        return work(Path(words[1]), choices, int(words[3]), int(words[2]), float(words[4]))
    from sklearn.datasets import load_digits

    repeats = int(next((w for w in words if w.isdigit()), 3))
    cold, warm = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            x, y = load_digits(return_X_y=True)
            np.savez(folder / "digits.npz", x=x.astype(np.float32), y=y)
            cold.append(measure(folder, choices))
            warm.append(measure(folder, choices))
            rows = [line.split(",") for path in folder.glob("results-*.csv") for line in path.read_text().splitlines()]
    print(f"{len(rows)} trainings by JAX ({', '.join(f'{k}={v}' for k, v in choices.items())}), least of {repeats}:")
    for title, runs in (("cache empty", cold), ("cache warm", warm)):
        print(f"  {title}:", ", ".join(f"{part} {min(run[part] for run in runs):.1f} s" for part in runs[0]))
    means = {o: np.mean([float(r[-1]) for r in rows if r[0] == o]) for o in OPTIMIZERS}
    print("  mean test accuracy at the end:", ", ".join(f"{o} {v:.3f}" for o, v in means.items()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
