"""Quantities of a small network's state by NumPy, as tests/it/quantities.rs and src/train compute them.

The Hessian is exact: each column is the complex step Im(g(theta + i h e_j))/h of the gradient written out here, h = 1e-30.
Made with NumPy 2: python tests/oracles/quantities.py > tests/oracles/quantities.json
"""

import itertools
import json

import numpy as np

WIDTHS = [3, 4, 3, 2]


def unpack(theta, widths=WIDTHS):
    """A layer after the other: the bias, then the weights, inputs x outputs."""
    layers, at = [], 0
    for n, k in zip(widths, widths[1:]):
        b = theta[at : at + k]
        w = theta[at + k : at + k + n * k].reshape(n, k)
        layers.append((b, w))
        at += k + n * k
    assert at == len(theta)
    return layers


def forward(theta, x, f):
    z, hidden = x, []
    layers = unpack(theta)
    for b, w in layers[:-1]:
        z = f(z @ w + b)
        hidden.append(z)
    b, w = layers[-1]
    return z @ w + b, hidden


def softmax(s):
    e = np.exp(s - s.real.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss(theta, x, y, f=np.tanh):
    s, _ = forward(theta, x, f)
    return -np.mean(np.log(softmax(s)[np.arange(len(y)), y]))


def gradient(theta, x, y):
    """Of the mean cross-entropy of a tanh network."""
    s, hidden = forward(theta, x, np.tanh)
    delta = (softmax(s) - np.eye(2)[y]) / len(y)
    inputs, layers, parts = [x] + hidden, unpack(theta), []
    for at in reversed(range(len(layers))):
        parts.insert(0, np.concatenate([delta.sum(axis=0), (inputs[at].T @ delta).ravel()]))
        if at > 0:
            delta = (delta @ layers[at][1].T) * (1 - inputs[at] ** 2)
    return np.concatenate(parts)


def hessian(theta, x, y):
    step = lambda j: 1e-30j * (np.arange(len(theta)) == j)
    columns = [gradient(theta + step(j), x, y).imag / 1e-30 for j in range(len(theta))]
    return np.array(columns)


def data(m, shift):
    i, j = np.meshgrid(np.arange(m), np.arange(3), indexing="ij")
    x = np.sin(1.0 + shift + 2.3 * i + 0.7 * j * j)
    return x, ((7 * np.arange(m) + int(shift)) % 3 == 0).astype(int)


def norms(vector, rows):
    return [float(np.linalg.norm(vector[a:b])) for a, b in rows]


def correlation(hidden):
    all_r = []
    for h in hidden:
        h = h[:, h.std(axis=0) > 0]
        r = np.corrcoef(h.T)
        all_r += [abs(r[i, j]) for i in range(len(r)) for j in range(i)]
    return float(np.mean(all_r))


def linear_share(s, x):
    design = np.column_stack([np.ones(len(x)), x])
    left = s - design @ np.linalg.lstsq(design, s, rcond=None)[0]
    return float(1 - (left**2).sum() / ((s - s.mean(axis=0)) ** 2).sum())


def without(theta, kept):
    """Factors on the rows of the weights that hidden units feed: 0, or 1/(1 - 1/2)."""
    theta = theta.copy()
    layers = unpack(theta)  # views
    at = 0
    for _, w in layers[1:]:
        w *= kept[at : at + len(w), None]
        at += len(w)
    return theta


def scaling_gap(theta, x):
    scaled = softmax(forward(theta, x, np.tanh)[0])
    mean = np.zeros_like(scaled)
    for bits in itertools.product([0.0, 2.0], repeat=7):
        mean += softmax(forward(without(theta, np.array(bits)), x, np.tanh)[0]) / 128
    return float(np.abs(scaled - mean).mean())


def cut_loss(theta, x, y):
    rises = [loss(without(theta, 1.0 - np.eye(7)[unit]), x, y) - loss(theta, x, y) for unit in range(7)]
    return float(np.mean(rises))


def main():
    count = sum(k + n * k for n, k in zip(WIDTHS, WIDTHS[1:]))
    theta = 0.9 * np.sin(0.4 + 1.7 * np.arange(count))
    parts = [data(11, 0.0), data(5, 1.0), data(6, 2.0)]
    (x, y), _, _ = parts
    g = gradient(theta, x, y)
    each = np.array([gradient(theta, x[i : i + 1], y[i : i + 1]) for i in range(len(y))])
    layers, weights = [(0, 16), (16, 31), (31, 39)], [(4, 16), (19, 31), (33, 39)]
    (first, _, last), (wfirst, _, wlast) = norms(g, layers), norms(theta, weights)
    eigen = np.linalg.eigvalsh(hessian(theta, x, y))[-1]
    assert np.allclose(hessian(theta, x, y), hessian(theta, x, y).T)
    same = {
        "gradient-norm": np.linalg.norm(g),
        "gradient-norm-first": first,
        "gradient-norm-last": last,
        "gradient-norm-ratio": first / last,
        "weight-norm-first": wfirst,
        "weight-norm-last": wlast,
        "weight-norm-ratio": wfirst / wlast,
        "sharpness": eigen,
        "sharpness-share": eigen * 0.3 / 2,
        "gradient-noise-scale": ((each - g) ** 2).sum(axis=1).mean() / (g @ g),
        "linear-share": linear_share(forward(theta, x, np.tanh)[0], x),
    }
    expected = {name: [float(number)] * 3 for name, number in same.items()}
    hidden = [forward(theta, x, np.tanh)[1] for x, _ in parts]
    expected["unit-correlation"] = [correlation(h) for h in hidden]
    expected["scaling-gap"] = [scaling_gap(theta, x) for x, _ in parts]
    expected["cut-loss"] = [cut_loss(theta, x, y) for x, y in parts]
    # Of a ReLU network with the same weights, of which one unit is held below 0.
    relu = theta.copy()
    relu[0] = -100.0
    hidden = [forward(relu, x, lambda s: np.maximum(s, 0))[1] for x, _ in parts]
    of_relu = {
        "zero-share": [float(np.mean(np.concatenate([(h == 0).ravel() for h in of]))) for of in hidden],
        "dead-units": [float(np.mean(np.concatenate([(h == 0).all(axis=0) for h in of]))) for of in hidden],
        "unit-correlation": [correlation(of) for of in hidden],
    }
    parts = [{"x": x.ravel().tolist(), "y": y.tolist()} for x, y in parts]
    print(json.dumps({"theta": theta.tolist(), "parts": parts, "tanh": expected, "relu": of_relu}, indent=1))


main()
