"""Makes regressions.json: fits to compare `solve` with, in exact rational arithmetic and in 50 digits.

    pip install mpmath==1.4.1 numpy==2.4.6 statsmodels==0.15.0     # any later versions will do
    python regressions.py > regressions.json

Data are drawn by NumPy and rounded to three decimals; what counts is that they stand in the file. Least squares, ridge,
leave-one-out and lasso (every set of signs is tried until the conditions of optimality hold) are exact in fractions.Fraction; likelihoods are maximized by Newton's method in 50 digits and are checked against statsmodels, whose figures agree to 1e-9.
Longley's data come with statsmodels, Wampler's are NIST's: y = 1 + x + ... + x^5 and 1 + x/10 + ... + (x/10)^5.
"""

import json
from fractions import Fraction as F

import mpmath as mp
import numpy as np
import statsmodels.api as sm

mp.mp.dps = 50


def solve(matrix, right):
    """Gauss, exact for fractions; for mpmath in its digits."""
    n = len(right)
    rows = [list(row) + [value] for row, value in zip(matrix, right)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(n):
            if i != k and rows[i][k] != 0:
                factor = rows[i][k] / rows[k][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k])]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def inverse_diagonal(matrix):
    n = len(matrix)
    return [solve(matrix, [F(int(i == j)) for i in range(n)])[j] for j in range(n)]


def design(features):
    return [[F(1)] + [F(float(value)) for value in row] for row in features]


def gram(x, penalty=F(0)):
    p = len(x[0])
    g = [[sum(row[i] * row[j] for row in x) for j in range(p)] for i in range(p)]
    for j in range(1, p):
        g[j][j] += penalty
    return g


def ridge(x, y, penalty, shift=None):
    right = [sum(row[i] * value for row, value in zip(x, y)) for i in range(len(x[0]))]
    if shift:
        right = [value - by for value, by in zip(right, shift)]
    return solve(gram(x, penalty), right)


def residuals(x, y, w):
    return [value - sum(a * b for a, b in zip(row, w)) for row, value in zip(x, y)]


def root(fraction):
    return float(mp.sqrt(mp.mpf(fraction.numerator) / fraction.denominator))


def least_squares(name, features, target):
    x, y = design(features), [F(float(value)) for value in target]
    w = ridge(x, y, F(0))
    rss = sum(r * r for r in residuals(x, y, w))
    variance = rss / (len(y) - len(w))
    return {
        "name": name,
        "features": [[float(v) for v in row] for row in features],
        "target": [float(v) for v in target],
        "coefficients": [float(v) for v in w],
        "standard_errors": [root(variance * d) for d in inverse_diagonal(gram(x))],
        "rss": float(rss),
    }


def leave_one_out(x, y, penalty):
    total = F(0)
    for i in range(len(y)):
        w = ridge(x[:i] + x[i + 1 :], y[:i] + y[i + 1 :], penalty)
        total += residuals(x[i : i + 1], y[i : i + 1], w)[0] ** 2
    return total / len(y)


def lasso(x, y, penalty):
    """The active set by trying: all signs of few coefficients; exact."""
    p = len(x[0])
    for code in range(3 ** (p - 1)):
        signs = [code // 3**k % 3 - 1 for k in range(p - 1)]
        active = [0] + [j + 1 for j, sign in enumerate(signs) if sign]
        part = [[row[j] for j in active] for row in x]
        shift = [F(0)] + [penalty * sign for sign in signs if sign]
        w_active = ridge(part, y, F(0), shift)
        w = [F(0)] * p
        for j, value in zip(active, w_active):
            w[j] = value
        r = residuals(x, y, w)
        slopes = [sum(row[j] * value for row, value in zip(x, r)) for j in range(1, p)]
        fits = all((w[j + 1] > 0) == (sign > 0) and (w[j + 1] < 0) == (sign < 0) for j, sign in enumerate(signs))
        if fits and all(abs(slope) <= penalty for slope in slopes):
            return w
    raise AssertionError("no active set")


def likelihood(features, classes, count):
    """Coefficients relative to class 0, standard errors and log-likelihood, in 50 digits."""
    x = [[mp.mpf(1)] + [mp.mpf(float(v)) for v in row] for row in features]
    p, k = len(x[0]), count - 1
    reference = sm.MNLogit(np.array(classes), sm.add_constant(np.array(features))).fit(
        disp=0, method="newton", maxiter=200, tol=1e-14
    )
    w = [[mp.mpf(float(reference.params[j, c])) for j in range(p)] for c in range(k)]
    for _ in range(6):
        g = [mp.mpf(0)] * (k * p)
        h = [[mp.mpf(0)] * (k * p) for _ in range(k * p)]
        value = mp.mpf(0)
        for row, c in zip(x, classes):
            s = [mp.mpf(0)] + [sum(a * b for a, b in zip(row, wc)) for wc in w]
            total = sum(mp.exp(v) for v in s)
            y = [mp.exp(v) / total for v in s]
            value += s[c] - mp.log(total)
            for a in range(k):
                for i in range(p):
                    g[a * p + i] += (y[a + 1] - (c == a + 1)) * row[i]
                    for b in range(k):
                        weight = y[a + 1] * ((a == b) - y[b + 1])
                        for j in range(p):
                            h[a * p + i][b * p + j] += weight * row[i] * row[j]
        step = solve(h, g)
        w = [[w[a][i] - step[a * p + i] for i in range(p)] for a in range(k)]
    errors = []
    for at in range(k * p):
        unit = [mp.mpf(int(i == at)) for i in range(k * p)]
        errors.append(float(mp.sqrt(solve(h, unit)[at])))
    flat = [float(v) for row in w for v in row]
    assert np.allclose(flat, reference.params.T.ravel(), rtol=1e-9)
    assert np.allclose(errors, reference.bse.T.ravel(), rtol=1e-9) and abs(float(value) - reference.llf) < 1e-9
    return {
        "features": [[float(v) for v in row] for row in features],
        "classes": [int(c) for c in classes],
        "coefficients": flat,
        "standard_errors": errors,
        "log_likelihood": float(value),
    }


def without_intercept(name, features, target, labels):
    """R-squared and the empty model's deviance where X has no column of ours: statsmodels asks whether it makes a constant."""
    x, y, classes = np.array(features, dtype=float), np.array(target, dtype=float), np.array(labels)
    least_squares = sm.OLS(y, x).fit()
    constant = bool(least_squares.k_constant)
    logit = sm.Logit(classes, x).fit(disp=0, method="newton", maxiter=200, tol=1e-14)
    # Without a constant the empty model has nothing to fit: each class is as likely. `llnull` would have one all the same.
    null = -2 * logit.llnull if constant else -2 * len(y) * np.log(0.5)
    return {
        "name": name,
        "features": x.tolist(),
        "target": y.tolist(),
        "classes": classes.tolist(),
        "constant": constant,
        "r_squared": float(least_squares.rsquared),
        "null_deviance": float(null),
    }


def main():
    rng = np.random.default_rng(3)
    rounded = lambda *shape: np.round(rng.normal(size=shape), 3)
    cases = []
    for m, n in ((12, 2), (20, 5)):
        features = rounded(m, n) * np.array([10.0 ** (j % 3 - 1) for j in range(n)]) + 3
        cases.append(least_squares(f"drawn {m} x {n}", features, rounded(m)))
    longley = sm.datasets.longley.load_pandas().data
    cases.append(least_squares("Longley", longley.drop(columns="TOTEMP").values, longley["TOTEMP"].values))
    x = np.arange(21.0)
    powers = np.stack([x**k for k in range(1, 6)], axis=1)
    cases.append(least_squares("Wampler 1", powers, 1 + powers.sum(axis=1)))
    # Correctly rounded decimals, as a file holds them.
    wampler2 = [float(sum(F(int(v), 10) ** k for k in range(6))) for v in x]
    cases.append(least_squares("Wampler 2", powers, wampler2))

    features, target = rounded(15, 3), rounded(15)
    exact_x, exact_y = design(features), [F(float(v)) for v in target]
    penalized = {"features": features.tolist(), "target": target.tolist(), "ridge": [], "leave_one_out": [], "lasso": []}
    for penalty in (0.125, 2.0, 50.0):
        w = ridge(exact_x, exact_y, F(penalty))
        penalized["ridge"].append({"lambda": penalty, "coefficients": [float(v) for v in w]})
        error = leave_one_out(exact_x, exact_y, F(penalty))
        penalized["leave_one_out"].append({"lambda": penalty, "error": float(error)})
    for penalty in (0.05, 0.5, 2.0, 100.0):
        w = lasso(exact_x, exact_y, F(penalty))
        penalized["lasso"].append({"lambda": penalty, "coefficients": [float(v) for v in w]})

    likelihoods = []
    for m, n, count in ((40, 2, 2), (60, 3, 3)):
        features = rounded(m, n) * 10 + 20
        s = (features - 20) / 10 @ rng.normal(size=(n, count))
        classes = [int(rng.choice(count, p=np.exp(v) / np.exp(v).sum())) for v in s]
        likelihoods.append(likelihood(features, classes, count))
    constants = []
    x, y = rounded(24) + 5, rounded(24) + 130
    labels = [int(value) for value in rng.integers(0, 2, 24)]
    factor = [int(value) for value in rng.integers(0, 3, 24)]
    dummies = np.eye(3)[factor]
    one = np.ones(24)
    for name, columns in (
        ("a column of ones", [one, x]),
        ("a column of a thousandth", [one / 1024, x]),
        ("a full set of dummies", [*dummies.T, x]),
        ("dummies without the last", [*dummies.T[:2], x]),
        ("shares that add up to one", [x / 8, 1 - x / 8]),
        ("two columns that differ by one", [x + 1000, x + 1001]),
        ("a single feature", [x]),
        ("a column that is nearly constant", [one + 1e-3 * rounded(24), x]),
    ):
        constants.append(without_intercept(name, np.stack(columns, axis=1), y, labels))
    everything = {"least_squares": cases, "penalized": penalized, "likelihoods": likelihoods, "constants": constants}
    print(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()
