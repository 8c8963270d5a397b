"""What a training step costs elsewhere: the rows of docs/performance.md by NumPy, scikit-learn, JAX and PyTorch.

How: pip install numpy scikit-learn jax torch (those that are not there are left out), then
    python docs/peers/steps.py [row letters] [peer names]
One thread, f32, data in memory. A step gathers its batch, draws its masks, goes forward and back and updates; all peers
do the same arithmetic. Each is written as an expert would: NumPy by hand with buffers where they help, scikit-learn's
`partial_fit` on the batch, PyTorch with its own modules and optimizers, JAX with one jitted `lax.scan` over the
batches of a block, compiled before the clock starts. scikit-learn has no dropout, no RNN, no convolution and no momentum for
softmax regression: it does the nearest that it has, and what is missing is in its favour.

A peer that leaves a choice is measured under each, and all are printed: PyTorch with its optimizer's three forms (`for`, `foreach`,
`fused`) and with `torch.compile` of forward pass and loss (compilation apart); JAX with each generator of masks (threefry's and
`unsafe_rbg`'s uniform numbers, and bytes by both, where a rate is rounded to a 256th), recurrences as a loop or unrolled, and
convolutions by XLA's own operation or as a product of patches. docs/peers/compare.py counts the best.

A line per row, peer and choice: letter, peer, choice, and of many blocks of steps the least and the median time of a step in µs. A block
is as many steps for all peers as for burnmark (`epochs` in benches/rows.rs).
"""
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np

SAMPLES, TOGETHER_SECONDS = 1408, 0.6
# Epochs of a block: short, so that on a busy machine some blocks are not interrupted, and long beside a call.
EPOCHS = {"a": 8, "b": 4, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1}
# letter: (layers, batch, dropout, weight decay, optimizer); a has one output, f is the recurrent network, g has 8 channels of 3 x 3 weights
# over 8 x 8 pixels, ReLU and the largest of 2 x 2, so 8 * 3 * 3 inputs of the last layer
ROWS = {
    "a": ([30, 1], 32, 0.0, 0.0, "sgd"),
    "b": ([64, 10], 32, 0.0, 0.0, "momentum"),
    "c": ([64, 64, 10], 32, 0.2, 0.0, "adam"),
    "d": ([64, 256, 256, 10], 128, 0.5, 1e-4, "adam"),
    "e": ([784, 512, 512, 10], 128, 0.0, 0.0, "momentum"),
    "f": ([8, 32, 1], 32, 0.0, 0.0, "adam"),
    "g": ([64, 72, 10], 32, 0.0, 0.0, "adam"),
}
STEPS, RATE = 20, 1e-4


def data(row):
    layers, batch, *_ = ROWS[row]
    random = np.random.default_rng(0)
    width = layers[0] * (STEPS if row == "f" else 1)
    x = random.standard_normal((SAMPLES, width), dtype=np.float32)
    y = np.arange(SAMPLES) % max(layers[-1], 2)
    if row == "f":
        x, y = x.reshape(SAMPLES, STEPS, layers[0]), random.standard_normal((SAMPLES, 1), dtype=np.float32)
    order = (np.arange(SAMPLES * EPOCHS[row]) * 379) % SAMPLES
    return x, y, order.reshape(-1, batch)


def weights(row):
    random, layers = np.random.default_rng(1), ROWS[row][0]
    shapes = {"f": [(8, 32), (32, 32), (32, 1)], "g": [(9, 8), (72, 10)]}.get(row, list(zip(layers, layers[1:])))
    return [(random.standard_normal(s) * np.sqrt(2 / s[0])).astype(np.float32) for s in shapes]


def measure(block):
    """µs per step: the least and the median over blocks; `block()` takes the steps of a block and says how many."""
    block()
    times, began = [], time.perf_counter()
    while time.perf_counter() - began < TOGETHER_SECONDS or len(times) < 20:
        start = time.perf_counter()
        steps = block()
        times.append((time.perf_counter() - start) * 1e6 / steps)
    return min(times), sorted(times)[len(times) // 2]


# NumPy -------------------------------------------------------------------------------------------------------------


class NumpyOptimizer:
    """The whole of θ in one flat array, so that an update is a handful of calls whatever the layers."""

    def __init__(self, kind, parameters):
        self.kind, self.t = kind, 0
        self.theta = np.concatenate([p.ravel() for p in parameters])
        self.g, self.m, self.v = (np.zeros_like(self.theta) for _ in range(3))
        self.views, self.slots, at = [], [], 0
        for p in parameters:
            self.views.append(self.theta[at : at + p.size].reshape(p.shape))
            self.slots.append(self.g[at : at + p.size].reshape(p.shape))
            at += p.size

    def step(self):
        theta, g, m, v = self.theta, self.g, self.m, self.v
        if self.kind == "sgd":
            theta -= RATE * g
        elif self.kind == "momentum":
            m *= 0.9
            m -= RATE * g
            theta += m
        else:
            self.t += 1
            m *= 0.9
            m += 0.1 * g
            v *= 0.999
            v += 0.001 * (g * g)
            rate, correction = RATE / (1 - 0.9**self.t), 1 / (1 - 0.999**self.t)
            theta -= rate * m / (np.sqrt(v * np.float32(correction)) + np.float32(1e-8))


def numpy_peer(row):
    if row == "g":
        return {}
    layers, batch, dropout, decay, kind = ROWS[row]
    x, y, order = data(row)
    w = weights(row)
    biases = [np.zeros(32, np.float32), np.zeros(1, np.float32)] if row == "f" else [np.zeros(k, np.float32) for k in layers[1:]]
    optimizer = NumpyOptimizer(kind, w + biases)
    n = len(w)
    W, B = optimizer.views[:n], optimizer.views[n:]
    GW, GB = optimizer.slots[:n], optimizer.slots[n:]
    random, rows = np.random.default_rng(2), np.arange(batch)

    def mlp(samples):
        z, masks = [x[samples]], []
        for l in range(n - 1):
            h = z[-1] @ W[l] + B[l]
            np.maximum(h, 0, out=h)
            if dropout:
                masks.append((random.random(h.shape, dtype=np.float32) >= dropout) * np.float32(1 / (1 - dropout)))
                h *= masks[-1]
            z.append(h)
        s = z[-1] @ W[-1] + B[-1]
        if row == "a":
            delta = 1 / (1 + np.exp(-s))
            delta[:, 0] -= y[samples]
        else:
            s -= s.max(1, keepdims=True)
            np.exp(s, out=s)
            s /= s.sum(1, keepdims=True)
            delta = s
            delta[rows, y[samples]] -= 1
        delta *= np.float32(1 / batch)
        for l in reversed(range(n)):
            np.matmul(z[l].T, delta, out=GW[l])
            delta.sum(0, out=GB[l])
            if decay:
                GW[l] += np.float32(decay) * W[l]
            if l:
                active = z[l] > 0
                delta = delta @ W[l].T
                if dropout:
                    delta *= masks[l - 1]
                delta *= active
        optimizer.step()

    def rnn(samples):
        wx, wh, wo = W
        z = np.ascontiguousarray(x[samples].transpose(1, 0, 2))  # T × m × n
        a = z.reshape(-1, 8) @ wx + B[0]
        a = a.reshape(STEPS, batch, 32)
        h = np.empty_like(a)
        np.tanh(a[0], out=h[0])
        for t in range(1, STEPS):
            a[t] += h[t - 1] @ wh
            np.tanh(a[t], out=h[t])
        delta = (h[-1] @ wo + B[1] - y[samples]) * np.float32(1 / batch)
        np.matmul(h[-1].T, delta, out=GW[2])
        delta.sum(0, out=GB[1])
        da, slope, dh = np.empty_like(a), 1 - h * h, delta @ wo.T
        for t in reversed(range(STEPS)):
            np.multiply(dh, slope[t], out=da[t])
            if t:
                dh = da[t] @ wh.T
        flat = da.reshape(-1, 32)
        np.matmul(z.reshape(-1, 8).T, flat, out=GW[0])
        np.matmul(h[:-1].reshape(-1, 32).T, da[1:].reshape(-1, 32), out=GW[1])
        flat.sum(0, out=GB[0])
        optimizer.step()

    step = rnn if row == "f" else mlp

    def block():
        for samples in order:
            step(samples)
        return len(order)

    return {"by-hand": block}


# scikit-learn ------------------------------------------------------------------------------------------------------


def sklearn_peer(row):
    from sklearn.linear_model import SGDClassifier
    from sklearn.neural_network import MLPClassifier

    if row in "fg":
        return {}
    layers, batch, _, decay, kind = ROWS[row]
    x, y, order = data(row)
    classes = np.unique(y)
    if row == "a":
        model = SGDClassifier("log_loss", alpha=0.0, penalty=None, learning_rate="constant", eta0=RATE)
    else:
        solver = {"adam": dict(solver="adam"), "momentum": dict(solver="sgd", momentum=0.9, nesterovs_momentum=False)}[kind]
        model = MLPClassifier(layers[1:-1], alpha=decay, batch_size=batch, learning_rate_init=RATE, **solver)

    # Only the first call is told the classes: with them, each would check the targets again.
    model.partial_fit(x, y, classes=classes)

    def block():
        for samples in order:
            model.partial_fit(x[samples], y[samples])
        return len(order)

    return {"partial-fit": block}


# JAX ---------------------------------------------------------------------------------------------------------------


def jax_peer(row):
    layers, _, dropout, *_ = ROWS[row]
    if dropout:
        return {name: jax_block(row, random=name) for name in ("threefry2x32", "threefry2x32-bytes", "unsafe_rbg", "unsafe_rbg-bytes")}
    if row == "f":
        return {"loop": jax_block(row), "unrolled": jax_block(row, unroll=STEPS)}
    if row == "g":
        return {"xla": jax_block(row), "patches": jax_block(row, patches=True)}
    return {"scan": jax_block(row)}


def jax_block(row, random="threefry2x32", unroll=1, patches=False):
    import jax
    import jax.numpy as jnp
    from jax import lax

    layers, batch, dropout, decay, kind = ROWS[row]
    x, y, order = (jnp.asarray(v) for v in data(row))
    w = [jnp.asarray(v) for v in weights(row)]
    b = [jnp.zeros(v.shape[-1]) for v in (w[1:] if row == "f" else w)]
    theta = (w, b)
    generator, _, form = random.partition("-")
    if row == "g":
        x = x.reshape(-1, 8, 8)

    def mask(key, shape):
        if form:
            kept = jax.random.bits(key, shape, jnp.uint8) >= round(256 * dropout)
        else:
            kept = jax.random.bernoulli(key, 1 - dropout, shape)
        return kept

    def loss(theta, xs, ys, key):
        w, b = theta
        if row == "f":
            wx, wh, wo = w
            def cell(h, a):
                h = jnp.tanh(a + h @ wh)
                return h, None
            a = jnp.swapaxes(xs @ wx + b[0], 0, 1)
            h, _ = lax.scan(cell, jnp.zeros((batch, 32)), a, unroll=unroll)
            return 0.5 * jnp.mean((h @ wo + b[1] - ys) ** 2)
        h = xs
        if row == "g":
            if patches:
                h = jnp.stack([xs[:, i : i + 6, j : j + 6] for i in range(3) for j in range(3)], -1) @ w[0]
            else:
                kernel = w[0].reshape(3, 3, 1, 8)
                h = lax.conv_general_dilated(xs[..., None], kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
            h = jax.nn.relu(h + b[0]).reshape(batch, 3, 2, 3, 2, 8).max((2, 4)).reshape(batch, 72)
        else:
            for l in range(len(w) - 1):
                h = jax.nn.relu(h @ w[l] + b[l])
                if dropout:
                    key, one = jax.random.split(key)
                    h = jnp.where(mask(one, h.shape), h * (1 / (1 - dropout)), 0)
        s = h @ w[-1] + b[-1]
        if row == "a":
            value = jnp.mean(jax.nn.softplus(s[:, 0]) - ys * s[:, 0])
        else:
            value = -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(s), ys[:, None], 1))
        return value + (0.5 * decay * sum(jnp.sum(v * v) for v in w) if decay else 0.0)

    def update(theta, state, g):
        each = jax.tree_util.tree_map
        if kind == "sgd":
            return each(lambda p, g: p - RATE * g, theta, g), state
        if kind == "momentum":
            state = each(lambda v, g: 0.9 * v - RATE * g, state, g)
            return each(lambda p, v: p + v, theta, state), state
        m, v, t = state
        t = t + 1
        m = each(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = each(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        rate, correction = RATE / (1 - 0.9**t), 1 / (1 - 0.999**t)
        return each(lambda p, m, v: p - rate * m / (jnp.sqrt(v * correction) + 1e-8), theta, m, v), (m, v, t)

    zeros = jax.tree_util.tree_map(jnp.zeros_like, theta)
    state = (zeros, zeros, jnp.float32(0)) if kind == "adam" else zeros

    @jax.jit
    def epochs(theta, state, key):
        key, here = jax.random.split(key)
        keys = jax.random.split(here, len(order))
        def one(carry, now):
            (theta, state), (samples, key) = carry, now
            value, g = jax.value_and_grad(loss)(theta, x[samples], y[samples], key)
            return update(theta, state, g), value
        (theta, state), values = lax.scan(one, (theta, state), (order, keys))
        return (theta, state, key), values

    carry = [(theta, state, jax.random.key(0, impl=generator))]

    def block():
        carry[0], values = epochs(*carry[0])
        values.block_until_ready()
        return len(order)

    return block


# PyTorch -----------------------------------------------------------------------------------------------------------


def torch_peer(row):
    forms = ["for", "foreach", "fused"]
    return {form: torch_block(row, form) for form in forms} | {f"{form}-compiled": torch_block(row, form, True) for form in forms[1:]}


def torch_block(row, form, compiled=False):
    import torch
    from torch import nn

    torch.set_num_threads(1)
    layers, batch, dropout, decay, kind = ROWS[row]
    x, y, order = (torch.from_numpy(np.ascontiguousarray(v)) for v in data(row))
    if row == "f":
        cell, out = nn.RNN(8, 32, batch_first=True), nn.Linear(32, 1)
        parameters = [*cell.parameters(), *out.parameters()]
        forward, criterion = lambda x: out(cell(x)[0][:, -1]), nn.MSELoss()
    else:
        modules = []
        if row == "g":
            x = x.reshape(-1, 1, 8, 8)
            modules = [nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
            layers = layers[1:]
        for l, (n, k) in enumerate(zip(layers, layers[1:])):
            modules.append(nn.Linear(n, k))
            if l + 2 < len(layers):
                modules += [nn.ReLU()] + ([nn.Dropout(dropout)] if dropout else [])
        forward = nn.Sequential(*modules)
        parameters = list(forward.parameters())
        criterion = nn.BCEWithLogitsLoss() if row == "a" else nn.CrossEntropyLoss()
    if row == "a":
        y = y.float()[:, None]
    how = {form: True} if form != "for" else {"foreach": False}
    makers = {
        "sgd": lambda p: torch.optim.SGD(p, RATE, **how),
        "momentum": lambda p: torch.optim.SGD(p, RATE, momentum=0.9, **how),
        "adam": lambda p: torch.optim.Adam(p, RATE, weight_decay=decay, **how),
    }
    optimizer = makers[kind](parameters)

    def loss(samples):
        return criterion(forward(x[samples]), y[samples])

    if compiled:
        loss = torch.compile(loss)

    def block():
        for samples in order:
            optimizer.zero_grad()
            loss(samples).backward()
            optimizer.step()
        return len(order)

    return block


PEERS = {"numpy": numpy_peer, "scikit-learn": sklearn_peer, "jax": jax_peer, "pytorch": torch_peer}


def main(words):
    warnings.filterwarnings("ignore")
    rows = [w for w in words if len(w) == 1] or list(ROWS)
    for row in rows:
        for name in [w for w in words if len(w) > 1] or list(PEERS):
            try:
                blocks = PEERS[name](row)
            except ModuleNotFoundError as missing:
                print(f"# {name} is left out: {missing}", file=sys.stderr)
                continue
            for choice, block in blocks.items():
                least, median = measure(block)
                print(f"{row} {name} {choice} {least:.3f} {median:.3f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
