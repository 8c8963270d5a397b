"""Golden values of src/analysis/stats/functional_anova.rs and random_effects.rs, by brute force: every effect as a function on the whole
grid, and every expected mean square from the traces of whole matrices.

python -m venv v && v/bin/pip install numpy==2.4.6
v/bin/python importance.py > importance.json
"""

import json
from itertools import combinations, product

import numpy as np


def effects(y):
    """The effects of a crossed grid, one axis of the array each, by Hooker's definition: f_U is the mean over all other axes less the
    effects of all parts of U. Returns the variance of each."""
    axes, f = range(y.ndim), {}
    for size in range(y.ndim + 1):
        for u in combinations(axes, size):
            others = tuple(a for a in axes if a not in u)
            mean = y.mean(axis=others, keepdims=True)
            parts = sum((f[w] for k in range(size) for w in combinations(u, k)), np.zeros_like(y))
            f[u] = np.broadcast_to(mean, y.shape) - parts
    assert np.allclose(sum(f.values()), y)
    return {u: float(np.mean(e * e)) for u, e in f.items() if u}


def listed(factors, values, main, pairs, total):
    return {
        "factors": [{"levels": levels, "within": within} for levels, within in factors],
        "values": [float(v) for v in values],
        "main": [m / total for m in main],
        "pairs": [[list(of), share / total] for of, share in pairs],
        "rest": 1 - (sum(main) + sum(share for _, share in pairs)) / total,
    }


def crossed(y):
    of, n = effects(y), y.ndim
    levels = list(product(*map(range, y.shape)))
    factors = [([int(p[a]) for p in levels], []) for a in range(n)]
    pairs = [(u, of[u]) for u in combinations(range(n), 2)]
    return listed(factors, y.ravel(), [of[(a,)] for a in range(n)], pairs, float(y.var()))


def nested(ys):
    """A kind with a list of its own each (the first axis of its array), crossed with all others (the other axes): the effects within
    each kind, by the kind's part of all points."""
    n = 1 + ys[0].ndim  # kind, own list, others
    values = np.concatenate([y.ravel() for y in ys])
    parts = [y.size / len(values) for y in ys]
    within = [effects(y) for y in ys]

    def inside(u):
        return sum(part * of[u] for part, of in zip(parts, within))

    # Kind and others: the own list is averaged over within each kind; kinds count by their parts.
    means = np.stack([y.mean(axis=0) for y in ys])
    weights = np.array(parts).reshape([-1] + [1] * (means.ndim - 1))
    f_others = effects((means * weights).sum(axis=0))
    centred = means - (means * weights).sum(axis=0, keepdims=True)
    by_kind = centred.mean(axis=tuple(range(1, means.ndim)))
    kind = float(np.sum(np.array(parts) * by_kind**2))
    centred = centred - by_kind.reshape(weights.shape)
    factors, start = [([], []), ([], [0])] + [([], []) for _ in range(n - 2)], 0
    for k, y in enumerate(ys):
        for p in product(*map(range, y.shape)):
            factors[0][0].append(k)
            factors[1][0].append(start + int(p[0]))
            for a in range(1, y.ndim):
                factors[a + 1][0].append(int(p[a]))
        start += y.shape[0]
    main = [kind, inside((0,))] + [f_others[(a,)] for a in range(n - 2)]
    pairs = []
    for a in range(n - 2):
        rest = tuple(1 + b for b in range(n - 2) if b != a)
        line = centred.mean(axis=rest)
        pairs.append(((0, a + 2), float(np.sum(np.array(parts)[:, None] * line**2 / line.shape[1]))))
    pairs += [((1, a + 2), inside((0, a + 1))) for a in range(n - 2)]
    pairs += [((a + 2, b + 2), f_others[(a, b)]) for a, b in combinations(range(n - 2), 2)]
    return listed(factors, values, main, sorted(pairs), float(values.var()))


def components(y):
    """Components of variance: mean squares as quadratic forms, their expectations as traces, and the linear system solved."""
    axes = range(y.ndim)
    sets = [u for size in range(1, y.ndim + 1) for u in combinations(axes, size)]

    def kronecker(inside, outside, u):
        product_ = np.ones((1, 1))
        for a in axes:
            product_ = np.kron(product_, (inside if a in u else outside)(y.shape[a]))
        return product_

    eye, mean = np.eye, lambda n: np.full((n, n), 1 / n)
    projections = [kronecker(lambda n: eye(n) - mean(n), mean, u) for u in sets]
    covariances = [kronecker(eye, lambda n: np.ones((n, n)), w) for w in sets]
    ranks = [round(np.trace(p)) for p in projections]
    squares = [y.ravel() @ p @ y.ravel() / rank for p, rank in zip(projections, ranks)]
    expected = [[np.trace(p @ c) / rank for c in covariances] for p, rank in zip(projections, ranks)]
    solved = np.linalg.solve(expected, squares)
    levels = list(product(*map(range, y.shape)))
    return {
        "levels": [[int(p[a]) for p in levels] for a in axes],
        "values": [float(v) for v in y.ravel()],
        "components": [[list(u), float(v)] for u, v in zip(sets, solved)],
    }


rng = np.random.default_rng(11)
draw = lambda *shape: np.round(rng.normal(size=shape), 3)
print(json.dumps({"functional_anova": [
    crossed(draw(3, 2)),
    crossed(draw(4, 3, 2)),
    crossed(draw(2, 3, 2, 2) + 5 * draw(2, 3, 1, 1)),
    nested([draw(5, 3, 2), draw(5, 3, 2) + 1]),
    nested([draw(7, 2, 3), draw(2, 2, 3), draw(1, 2, 3) - 2]),
], "random_effects": [
    components(draw(3, 5)),
    components(draw(3, 4, 2) + 3 * draw(3, 1, 1)),
    components(draw(2, 2, 3, 2) + draw(1, 2, 3, 1)),
]}, indent=1))
