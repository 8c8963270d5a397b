"""Steps to a loss, and other numbers, of some runs of the lecture's claims, for tests/it/lecture_claims.rs.

python -m venv v && v/bin/pip install numpy==2.4.6
v/bin/python tests/oracles/claims.py > tests/oracles/claims.json

Every method is written out here once more, in f64 and from the lecture's formulas, and goes from the same data and the same initial weights, which
are drawn here again (streams.py). Each row names a claim, a run of it (settings and seed), the part of the data, the loss that is to be reached, and
the first step after which it is: of the quadratics (C3, C28) and of Beale's and Rosenbrock's functions (C27) the loss that the claim's file names,
of iris (C1, C31) that share of the way which it names, here of the way that gradient descent goes at this seed and rate.

Of C12 a number is the least training loss of logistic regression, or none where the classes are separable: then a perceptron finds weights that
separate them. Of C21 numbers are the mean length of Adam's steps in the first epoch and the training loss after it, with and without the correction.
"""
import csv
import json
import math
import os

import numpy as np

from streams import normal, shuffled, stream, uniform

SEEDS = (2000, 2001)
HERE = os.path.dirname(os.path.abspath(__file__))


def first_step(states, loss, target, most):
    """The first step after which the loss is at most the target."""
    for step, theta in zip(range(most + 1), states):
        if loss(theta) <= target:
            return step
    return None


# The methods: each yields θ before its first step, and after every one.


def gradient_descent(theta, gradient, lr):
    while True:
        yield theta
        theta = theta - lr * gradient(theta)


def momentum(theta, gradient, lr, mu):
    velocity = np.zeros_like(theta)
    while True:
        yield theta
        velocity = mu * velocity - lr * gradient(theta)
        theta = theta + velocity


def nesterov(theta, gradient, lr, mu):
    velocity = np.zeros_like(theta)
    while True:
        yield theta
        velocity = mu * velocity - lr * gradient(theta + mu * velocity)
        theta = theta + velocity


def rprop(theta, gradient, lr):
    step, before = np.full_like(theta, lr), np.zeros_like(theta)
    while True:
        yield theta
        g = gradient(theta)
        agree = np.sign(g * before)
        step = np.where(agree > 0, np.minimum(1.2 * step, 50.0), np.where(agree < 0, np.maximum(0.5 * step, 1e-6), step))
        theta, before = theta - np.sign(g) * step, g


def newton(theta, gradient, hessian):
    """Undamped: from 0 the whole step serves here."""
    while True:
        yield theta
        theta = theta - np.linalg.lstsq(hessian(theta), gradient(theta), rcond=1e-12)[0]


# Quadratics (C3, C28), a new one for each seed.


def quadratic(seed, n, condition):
    draw = stream(seed, b"draw    ", 0, 0)
    words = stream(next(draw) << 32 | next(draw), b"data    ", 0, 0)
    axes = []
    for _ in range(n):
        column = np.array([normal(words) for _ in range(n)])
        for _twice in range(2):
            for earlier in axes:
                column = column - (column @ earlier) * earlier
        axes.append(column / np.linalg.norm(column))
    values = np.array([condition ** (-i / (n - 1)) for i in range(n)])
    q = np.array(axes).T @ np.diag(values) @ np.array(axes)
    centre = np.array([normal(words) for _ in range(n)])
    return q, centre * math.sqrt(n) / np.linalg.norm(centre)


QUADRATICS = [
    ("C03-momentum-condition", "gradient-descent", {10: (1.81818,), 30: (1.93548,), 100: (1.9802,), 300: (1.99336,)}),
    ("C03-momentum-condition", "momentum", {10: (2.30886, 0.269874), 30: (2.86024, 0.477793), 100: (3.30579, 0.669421), 300: (3.57525, 0.793583)}),
    ("C28-nesterov-convex", "nesterov", {10: (1.0, 0.519494), 30: (1.0, 0.691226), 100: (1.0, 0.818182), 300: (1.0, 0.890833)}),
]
METHODS = {"gradient-descent": gradient_descent, "momentum": momentum, "nesterov": nesterov}


def of_quadratics():
    for claim, method, constants in QUADRATICS:
        for condition, values in constants.items():
            for seed in SEEDS:
                q, centre = quadratic(seed, 20, condition)
                states = METHODS[method](np.zeros(20), lambda theta: q @ (theta - centre), *values)
                steps = first_step(states, lambda theta: 0.5 * (theta - centre) @ q @ (theta - centre), 1e-6, 5000)
                settings = {"optimizer.kind": method, "data.set.condition": condition}
                yield row(claim, settings, seed, "train", 1e-6, steps)


# Two functions in the plane (C27), from random starts.


def beale(theta):
    a, b = theta
    parts = [(c - a + a * b**k, -1 + b**k, k * a * b ** (k - 1)) for k, c in ((1, 1.5), (2, 2.25), (3, 2.625))]
    return sum(r * r for r, _, _ in parts), np.array([sum(2 * r * da for r, da, _ in parts), sum(2 * r * db for r, _, db in parts)])


def rosenbrock(theta):
    a, b = theta
    return 100 * (b - a * a) ** 2 + (1 - a) ** 2, np.array([-400 * a * (b - a * a) - 2 * (1 - a), 200 * (b - a * a)])


def of_plane():
    for name, function in (("beale", beale), ("rosenbrock", rosenbrock)):
        for method, values in (("gradient-descent", (1e-3,)), ("momentum", (1e-3, 0.9))):
            for seed in SEEDS:
                words = stream(seed, b"weights ", 0, 0)
                start = np.array([2 * uniform(words) - 1 for _ in range(2)])
                states = METHODS[method](start, lambda theta: function(theta)[1], *values)
                steps = first_step(states, lambda theta: function(theta)[0], 0.01, 4000)
                yield row("C27-plateaus", {"optimizer.kind": method, "data.set.kind": name}, seed, "train", 0.01, steps)


# Iris: softmax regression by Newton's method (C31), a network by Rprop (C1).


def iris(seed):
    with open(f"{HERE}/../../datasets/iris.csv") as file:
        table = np.array([[float(x) for x in line] for line in list(csv.reader(file))[1:]])
    features, target = table[:, :-1], table[:, -1].astype(int)
    words, train, validation = stream(seed, b"split   ", 0, 0), [], []
    for label in range(3):
        group = shuffled(words, [int(i) for i in np.flatnonzero(target == label)])
        share = math.floor(len(group) * 0.2 + 0.5)
        validation += group[:share]
        train += group[2 * share :]
    train.sort()
    features = (features - features[train].mean(0)) / features[train].std(0)
    return [(features[part], np.eye(3)[target[part]]) for part in (train, validation)]


def cross_entropy(s, y):
    s = s - s.max(1, keepdims=True)
    return float(np.mean(np.log(np.exp(s).sum(1)) - (s * y).sum(1)))


def softmax(s):
    e = np.exp(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def of_newton(decay=0.01, rates=(0.03, 0.3, 3.0)):
    for seed in SEEDS:
        (x, y), (x_validation, y_validation) = [(np.hstack([x, np.ones((len(x), 1))]), y) for x, y in iris(seed)]
        n, k = x.shape[1], 3
        penalty = np.repeat([decay] * (n - 1) + [0.0], k)

        def gradient(theta):
            return (x.T @ (softmax(x @ theta.reshape(n, k)) - y) / len(x)).ravel() + penalty * theta

        def hessian(theta):
            p = softmax(x @ theta.reshape(n, k))
            inner = np.einsum("ia,ab->iab", p, np.eye(k)) - np.einsum("ia,ib->iab", p, p)
            return np.einsum("ij,iab,il->jalb", x, inner, x).reshape(n * k, n * k) / len(x) + np.diag(penalty)

        def loss(theta):
            return cross_entropy(x_validation @ theta.reshape(n, k), y_validation)

        for lr in rates:
            whole = list(zip(range(101), gradient_descent(np.zeros(n * k), gradient, lr)))
            target = math.log(3) - 0.99 * (math.log(3) - loss(whole[-1][1]))
            for method, states in (("gradient-descent", gradient_descent(np.zeros(n * k), gradient, lr)), ("newton", newton(np.zeros(n * k), gradient, hessian))):
                settings = {"optimizer.kind": method, "data.set.kind": "iris"} | ({"optimizer.lr": lr} if method != "newton" else {})
                yield row("C31-newton-iterations", settings, seed, "validation", target, first_step(states, loss, target, 100))


def network(seed, inputs, hidden, outputs):
    def layer(index, rows, columns):
        words, limit = stream(seed, b"weights ", index, 0), math.sqrt(6 / (rows + columns))
        return [(2 * uniform(words) - 1) * limit for _ in range(rows * columns)]

    return np.array(layer(0, inputs, hidden) + [0.0] * hidden + layer(1, hidden, outputs) + [0.0] * outputs)


def of_rprop(hidden=16):
    seed = SEEDS[0]
    (x, y), (x_validation, y_validation) = iris(seed)
    inputs, outputs = x.shape[1], 3
    ends = np.cumsum([inputs * hidden, hidden, hidden * outputs])

    def parts(theta):
        w, b, v, c = np.split(theta, ends)
        return w.reshape(inputs, hidden), b, v.reshape(hidden, outputs), c

    def gradient(theta):
        w, b, v, c = parts(theta)
        z = np.tanh(x @ w + b)
        delta = (softmax(z @ v + c) - y) / len(x)
        inner = delta @ v.T * (1 - z * z)
        return np.concatenate([(x.T @ inner).ravel(), inner.sum(0), (z.T @ delta).ravel(), delta.sum(0)])

    def loss(theta):
        w, b, v, c = parts(theta)
        return cross_entropy(np.tanh(x_validation @ w + b) @ v + c, y_validation)

    start = network(seed, inputs, hidden, outputs)
    for lr in (0.1, 1.0):
        states = list(zip(range(101), gradient_descent(start, gradient, lr)))
        target = loss(start) - 0.95 * (loss(start) - loss(states[-1][1]))
        for method, rate, run in (("gradient-descent", lr, gradient_descent), *(("rprop", rate, rprop) for rate in (1e-4, 0.3))):
            settings = {"optimizer.kind": method, "data.set.kind": "iris", "optimizer.lr": rate}
            yield row("C01-rprop-speed", settings, seed, "validation", target, first_step(run(start, gradient, rate), loss, target, 100))


# Logistic regression of generated classes (C12).


def moons(samples, noise):
    words, rows = stream(0, b"data    ", 0, 0), []
    for i in range(samples):
        t = math.pi * uniform(words)
        x, y = math.cos(t), math.sin(t)
        x, y = (x, y) if i % 2 == 0 else (1 - x, 0.5 - y)
        rows.append((x + noise * normal(words), y + noise * normal(words)))
    return np.array(rows), np.arange(samples) % 2


def spirals(samples, turns, noise):
    words, rows = stream(0, b"data    ", 0, 0), []
    for i in range(samples):
        radius = 0.05 + 0.95 * uniform(words)
        angle = 2 * math.pi * (turns * radius + i % 2 / 2)
        rows.append((radius * math.cos(angle) + noise * normal(words), radius * math.sin(angle) + noise * normal(words)))
    return np.array(rows), np.arange(samples) % 2


def blobs(samples, features, spread, margin):
    words, rows = stream(0, b"data    ", 0, 0), []
    for i in range(samples):
        while True:
            x = np.array([spread * normal(words) for _ in range(features)])
            x[i % 2] += math.sqrt(0.5)
            if (x[i % 2] - x[1 - i % 2]) * math.sqrt(0.5) >= margin:
                break
        rows.append(x)
    return np.array(rows), np.arange(samples) % 2


def wilson(samples, positive=0.75):
    labels = np.array(shuffled(stream(0, b"data    ", 0, 0), [int(i < round(positive * samples)) for i in range(samples)]))
    x = np.zeros((samples, 3 + 5 * samples))
    for i, label in enumerate(labels):
        x[i, :3] = (2 * label - 1, 1, 1)
        x[i, 3 + 5 * i : 3 + 5 * i + (1 if label else 5)] = 1
    return x, labels


def train_part(x, y, seed):
    """60 % of each class, as they are shuffled; the loss at the minimum and separability do not depend on the scales of columns."""
    words, train = stream(seed, b"split   ", 0, 0), []
    for label in range(y.max() + 1):
        group = shuffled(words, [int(i) for i in np.flatnonzero(y == label)])
        train += group[2 * math.floor(len(group) * 0.2 + 0.5) :]
    x = x[train]
    scale = x.std(0)
    x = (x - x.mean(0)) / np.where(scale > 0, scale, 1)
    return np.hstack([x, np.ones((len(x), 1))]), y[train]


def least_logistic_loss(x, y):
    def loss(w):
        return float(np.mean(np.logaddexp(0, (1 - 2 * y) * (x @ w))))

    w = np.zeros(x.shape[1])
    for _ in range(100):
        p = 1 / (1 + np.exp(-(x @ w)))
        step = np.linalg.solve(x.T * (p * (1 - p)) @ x, x.T @ (p - y))
        while loss(w - step) > loss(w) and np.abs(step).max() > 1e-14:
            step = step / 2
        w = w - step
    return loss(w)


def is_separable(x, y):
    """Rosenblatt's rule ends if classes are separable; here it does within 10,000 rounds."""
    w, sign = np.zeros(x.shape[1]), 2 * y - 1
    for _ in range(10_000):
        wrong = [i for i in range(len(x)) if sign[i] * (x[i] @ w) <= 0]
        if not wrong:
            return True
        w = w + sign[wrong[0]] * x[wrong[0]]
    return False


def of_logistic():
    overlapping = [
        ({"data.set.kind": "two-moons", "data.set.samples": 120}, moons(120, 0.3)),
        ({"data.set.kind": "spirals", "data.set.samples": 120}, spirals(120, 0.5, 0.2)),
        ({"data.set.kind": "two-moons", "data.set.samples": 200}, moons(200, 0.5)),
    ]
    separable = [
        ({"data.set.kind": "blobs", "data.set.margin": 0.1}, blobs(120, 2, 0.2, 0.1)),
        ({"data.set.kind": "blobs", "data.set.margin": 0.2}, blobs(120, 4, 0.2, 0.2)),
        ({"data.set.kind": "wilson", "data.set.samples": 60}, wilson(60)),
    ]
    for settings, data in overlapping:
        for seed in (0, 1):
            x, y = train_part(*data, seed)
            assert not is_separable(x, y)
            yield number("C12-newton-minimum", settings, seed, "train_loss", least_logistic_loss(x, y), 1e-12)
    for settings, data in separable:
        for seed in (0, 1):
            assert is_separable(*train_part(*data, seed))
            yield number("C12-newton-separable", settings, seed, "train_loss", None, 0)


# Adam's first epoch on iris (C21), 16 hidden units with ReLU. burnmark computes it in f32, so figures agree to some of its roundings.


def of_adam(hidden=16, lr=0.003, batch=16):
    for seed in SEEDS:
        (x, y), _ = iris(seed)
        layers = []
        for index, (rows, columns) in enumerate(((x.shape[1], hidden), (hidden, 3))):
            words = stream(seed, b"weights ", index, 0)
            layers += [math.sqrt(2 / rows) * normal(words) for _ in range(rows * columns)] + [0.0] * columns
        ends = np.cumsum([x.shape[1] * hidden, hidden, hidden * 3])

        def forward(theta, x):
            w, b, v, c = np.split(theta, ends)
            z = np.maximum(x @ w.reshape(-1, hidden) + b, 0)
            return z, z @ v.reshape(hidden, 3) + c

        def gradient(theta, x, y):
            z, s = forward(theta, x)
            delta = (softmax(s) - y) / len(x)
            inner = delta @ np.split(theta, ends)[2].reshape(hidden, 3).T * (z > 0)
            return np.concatenate([(x.T @ inner).ravel(), inner.sum(0), (z.T @ delta).ravel(), delta.sum(0)])

        for written, corrects in ((None, True), ("false", False)):
            theta, lengths = np.array(layers), []
            m, v = np.zeros_like(theta), np.zeros_like(theta)
            order = shuffled(stream(seed, b"batches ", 0, 0), range(len(x)))
            for t, first in enumerate(range(0, len(x), batch), 1):
                part = order[first : first + batch]
                g = gradient(theta, x[part], y[part])
                m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
                by = (1 - 0.9**t, 1 - 0.999**t) if corrects else (1, 1)
                step = lr * (m / by[0]) / (np.sqrt(v / by[1]) + 1e-8)
                theta = theta - step
                lengths.append(float(np.linalg.norm(step)))
            settings = {"data.set.kind": "iris", "optimizer.bias_correction": written}
            yield number("C21-bias-correction", settings, seed, "step_norm", float(np.mean(lengths)), 1e-4)
            yield number("C21-bias-correction-loss", settings, seed, "train_loss", cross_entropy(forward(theta, x)[1], y), 1e-4)


def number(claim, settings, seed, column, value, tolerance):
    return {"claim": claim, "settings": settings, "seed": seed, "column": column, "value": value, "tolerance": tolerance}


def row(claim, settings, seed, part, loss, steps):
    return {"claim": claim, "settings": settings, "seed": seed, "part": part, "loss": loss, "steps": steps}


def lines(rows):
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"


if __name__ == "__main__":
    counts, numbers = [*of_quadratics(), *of_plane(), *of_newton(), *of_rprop()], [*of_logistic(), *of_adam()]
    print(f'{{"counts": {lines(counts)},\n"numbers": {lines(numbers)}}}')
