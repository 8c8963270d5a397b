"""The sweeps of cases.py by JAX on the CPU: 432 trainings, two cores, from start to results on disk.

How: pip install jax numpy scikit-learn, then
    python docs/peers/sweep_jax.py [digits|wine|breast-cancer|logistic] [repeats] [name=value ...]
The same trainings as sweep.py's by PyTorch (same split, network, optimizers, rules, test accuracy after each epoch), as an
expert would write them: `lax.scan` over epochs and steps of a `vmap` over settings, rates as tables, data in memory, masks
from jax.random. Of what was tried the fastest is the default; each choice can be set by name=value:
    workers=threads    one process, two Python threads that call what is compiled; or processes: two, half the work each;
                       or xla: one process, one call after another, XLA's own two threads
    functions=one      all optimizers are one recurrence whose coefficients are data, compiled once; or six: one each
    draws=shared       trainings of one seed share batches and masks (common random numbers), so that one product
                       serves a whole group; or each: every training draws its own
    chunk=all          trainings in a vmap, of all optimizers if functions=one: or a divisor of a seed's trainings of an optimizer
    random=threefry2x32  generator: or unsafe_rbg, rbg
    masks=uniform      numbers that decide who is dropped: or bytes, where a rate is rounded to a 256th
In JAX's favour: the data set is a file of NumPy's before the clock starts; sharing draws is not asked of the other peers.
Prints seconds: of the whole processes with an empty compilation cache, with a warm one, and of their parts (import,
tracing and compilation, trainings), each the least over `repeats`; then the mean final test accuracy by optimizer.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from cases import BATCH, CASES, settings

CHOICES = {"workers": "threads", "functions": "one", "draws": "shared", "chunk": "36", "random": "threefry2x32", "masks": "uniform"}
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
    "constant": lambda e, _: np.ones(len(e)),
    "exponential": lambda e, _: 0.98**e,
    "step": lambda e, _: 0.5 ** (e // 10),
    "cosine": lambda e, case: (1 + np.cos(np.pi * e / case.epochs)) / 2,
}


def of_seed(case, folder, seed):
    """Features (standardized), targets (one-hot, or 0 and 1) and first weights (as PyTorch draws them)."""
    file, random = np.load(folder / "data.npz"), np.random.default_rng(seed)
    order = random.permutation(len(file["x"]))
    x, y = file["x"][order], file["y"][order]
    y = y[:, None].astype(np.float32) if case.layers[-1] == 1 else np.eye(case.layers[-1], dtype=np.float32)[y]
    x = (x - x[: case.train].mean(0)) / (x[: case.train].std(0, ddof=1) + np.float32(1e-6))
    theta = []
    for n, k in zip(case.layers, case.layers[1:]):
        theta += [random.uniform(-(n**-0.5), n**-0.5, shape).astype(np.float32) for shape in ((k, n), (k,))]
    return x, y, theta


def batches(case, seed, trainings):
    """Samples of the batches: epochs × steps × batch, or with `trainings` before the last axis for each of them."""
    random = np.random.default_rng([seed, trainings or 0])
    orders = np.tile(np.arange(case.train, dtype=np.int32), (case.epochs, trainings or 1, 1))
    orders = random.permuted(orders, axis=2)[:, :, : case.steps * BATCH].reshape(case.epochs, -1, case.steps, BATCH)
    return orders.swapaxes(1, 2) if trainings else orders[:, 0]


def rates(case, runs):
    """Rate and correction of √v: epochs × steps × runs × 2. Adam's corrections of both moments are in them."""
    t, columns = np.arange(1, case.epochs * case.steps + 1), []
    for optimizer, annealing, *_ in runs:
        first, root = (1 / (1 - 0.9**t), 1 / np.sqrt(1 - 0.999**t)) if optimizer == "adam" else (1.0, np.ones(len(t)))
        rule = np.repeat(ANNEALINGS[annealing](np.arange(case.epochs), case), case.steps)
        columns.append(np.stack([rule * OPTIMIZERS[optimizer][0] * first, root], -1))
    return np.stack(columns, 1).astype(np.float32).reshape(case.epochs, case.steps, len(runs), 2)


def trainer(case, coefficients, shared, uniform):
    """The training of a group. `coefficients` are an optimizer's, known when compiling, or None: then they are data."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    each, layers, binary = jax.tree_util.tree_map, case.layers, case.layers[-1] == 1

    # Features lie before samples: then products with the shared batch need no transposition of weights or activations.
    def scores(theta, h, masks=None):
        for l in range(0, len(theta) - 2, 2):
            h = jax.nn.relu(theta[l] @ h + theta[l + 1][:, None])
            h = h if masks is None else h * masks[l // 2]
        return theta[-2] @ h + theta[-1][:, None]

    def loss(theta, xt, yt, masks):
        s = scores(theta, xt, masks)
        return jnp.sum(jax.nn.softplus(s) - yt * s if binary else -jax.nn.log_softmax(s, axis=0) * yt) / BATCH

    def step(theta, m, v, xt, yt, drawn, rate, data, keep, decay):
        kept = [jnp.where(u < (keep if uniform else jnp.round(256 * keep)), 1 / keep, 0) for u in drawn]
        g = jax.grad(loss)(theta, xt, yt, kept)
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
        s = scores(theta, xt)
        return jnp.mean(((s[0] > 0) if binary else jnp.argmax(s, axis=0)) == classes)

    own = None if shared else 0
    steps = jax.vmap(step, (0, 0, 0, own, own, own, 0, 0, 0, 0))
    accuracies = jax.vmap(accuracy, (0, None, None))

    def train(x, y, theta, orders, table, seed, data, keep, decay):
        n = len(keep)
        theta = [jnp.broadcast_to(p, (n, *p.shape)) for p in theta]
        zeros = each(jnp.zeros_like, theta)
        test_xt, test_y = x[case.train :].T, y[case.train :]
        test_classes = test_y[:, 0] if binary else jnp.argmax(test_y, axis=1)

        def draw(key, units):
            shape = (units, BATCH) if shared else (n, units, BATCH)
            return jax.random.uniform(key, shape) if uniform else jax.random.bits(key, shape, jnp.uint8)

        def epoch(carry, now):
            order, rate, key = now

            def one(carry, now):
                samples, rate, key = now
                xt, yt = jnp.swapaxes(x[samples], -1, -2), jnp.swapaxes(y[samples], -1, -2)
                drawn = [draw(jax.random.fold_in(key, l), units) for l, units in enumerate(layers[1:-1])]
                return steps(*carry, xt, yt, drawn, rate, data, keep, decay), None

            carry, _ = lax.scan(one, carry, (order, rate, jax.random.split(key, case.steps)))
            return carry, accuracies(carry[0], test_xt, test_classes)

        keys = jax.random.split(jax.random.key(seed), case.epochs)
        return lax.scan(epoch, (theta, zeros, zeros), (orders, table, keys))[1]

    return jax.jit(train)


def work(case, folder, choices, part, parts, start):
    """A worker process: its share of the groups (every `parts`-th), a file of results, seconds of its parts."""
    import jax
    from concurrent.futures import ThreadPoolExecutor

    jax.config.update("jax_default_prng_impl", choices["random"])
    jax.config.update("jax_compilation_cache_dir", str(folder / "cache"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    shared, one, uniform = choices["draws"] == "shared", choices["functions"] == "one", choices["masks"] == "uniform"
    seeds = [of_seed(case, folder, seed) for seed in range(case.seeds)]
    orders = [batches(case, seed, None) if shared else None for seed in range(case.seeds)]
    # Trainings that one function takes together: of all optimizers, or of one.
    alike = [list(OPTIMIZERS)] if one else [[name] for name in OPTIMIZERS]
    groups = []
    for names in alike:
        runs = [(name, *setting) for name in names for setting in settings(case, ANNEALINGS)]
        chunk = len(runs) if choices["chunk"] == "all" else int(choices["chunk"])
        groups += [(seed, runs[i : i + chunk]) for seed in range(case.seeds) for i in range(0, len(runs), chunk)]
    groups = groups[part::parts]
    kinds = {(one or runs[0][0], len(runs)): i for i, (_, runs) in enumerate(groups)}
    started = time.time()

    def arguments(index):
        seed, runs = groups[index]
        data = tuple(np.array([OPTIMIZERS[run[0]][1:] for run in runs], np.float32).T) if one else None
        keep, decay = (np.array(v, np.float32) for v in ([1 - run[2] for run in runs], [run[3] for run in runs]))
        order = orders[seed] if shared else batches(case, 100 + index, len(runs))
        return *seeds[seed], order, rates(case, runs), np.uint32(seed if shared else 100 + index), data, keep, decay

    def compile_one(kind):
        function = trainer(case, None if one else OPTIMIZERS[kind[0]][1:], shared, uniform)
        return function.lower(*arguments(kinds[kind])).compile()

    def train(index):
        runs = groups[index][1]
        return np.asarray(compiled[one or runs[0][0], len(runs)](*arguments(index)))

    with ThreadPoolExecutor(2 if choices["workers"] == "threads" else 1) as pool:
        compiled = dict(zip(kinds, pool.map(compile_one, kinds)))
        ready = time.time()
        results = list(pool.map(train, range(len(groups))))
    trained = time.time()
    with open(folder / f"results-{part}.csv", "w") as file:
        for (seed, runs), curves in zip(groups, results):
            for run, curve in zip(runs, curves.T):
                print(*run, seed, *(f"{v:.4f}" for v in curve), sep=",", file=file)
    print(json.dumps({"import": started - start, "compilation": ready - started, "trainings": trained - ready}))


def measure(name, folder, choices):
    """Seconds: of all processes from start to end, and of their parts (of two workers the longer)."""
    parts = 2 if choices["workers"] == "processes" else 1
    flags = os.environ.get("XLA_FLAGS", "") + (" --xla_cpu_multi_thread_eigen=false" if choices["workers"] != "xla" else "")
    environment = dict(os.environ, JAX_PLATFORMS="cpu", XLA_FLAGS=flags.strip(), TF_CPP_MIN_LOG_LEVEL="3")
    words = [f"{name}={value}" for name, value in choices.items()]
    start, used = time.time(), sum(os.times()[2:4])
    command = [sys.executable, __file__, "worker", name, str(folder), str(parts)]
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
        return work(CASES[words[1]], Path(words[2]), choices, int(words[4]), int(words[3]), float(words[5]))
    sweep = next((word for word in words if word in CASES), "digits")
    repeats = int(next((w for w in words if w.isdigit()), 3))
    cold, warm = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            x, y = CASES[sweep].data()
            np.savez(folder / "data.npz", x=x.astype(np.float32), y=y)
            cold.append(measure(sweep, folder, choices))
            warm.append(measure(sweep, folder, choices))
            rows = [line.split(",") for path in folder.glob("results-*.csv") for line in path.read_text().splitlines()]
    print(f"{len(rows)} trainings of {sweep} by JAX ({', '.join(f'{k}={v}' for k, v in choices.items())}), least of {repeats}:")
    for title, runs in (("cache empty", cold), ("cache warm", warm)):
        print(f"  {title}:", ", ".join(f"{part} {min(run[part] for run in runs):.1f} s" for part in runs[0]))
    means = {o: np.mean([float(r[-1]) for r in rows if r[0] == o]) for o in OPTIMIZERS}
    print("  mean test accuracy at the end:", ", ".join(f"{o} {v:.3f}" for o, v in means.items()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
