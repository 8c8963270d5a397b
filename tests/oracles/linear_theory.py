"""Risk of least squares and of ridge regression on independent normal features, by formula.

Writes the figures and curves of experiments/reproductions/hastie2019 and krogh1991. Numbers of training samples n, features p, squared length of
the weights r^2 = 1, variance of the noise s^2; the risk is the mean squared error on new samples, noise included.

Least squares, the shortest solution where p > n (Hastie, Montanari, Rosset & Tibshirani 2019, theorem 1 and corollary 1, there for n, p -> infinity;
for normal features the mean of the inverse Wishart distribution makes it exact at any n):
    p < n - 1: s^2 + s^2 p / (n - p - 1)
    p > n + 1: s^2 + r^2 (1 - n / p) + s^2 n / (p - n - 1)

Ridge regression with penalty lambda |w|^2 beside the sum of squares (Krogh & Hertz 1991; in the form of Hastie et al. 2019, corollary 5), for
n, p -> infinity with g = p / n, l = lambda / n and m the Stieltjes transform of the Marchenko-Pastur law at -l:
    s^2 + s^2 g (m - l (1 - l r^2 / (s^2 g)) m'), least at lambda = s^2 p / r^2

Run it from the repository's root; it needs NumPy alone, and checks each formula by simulation first.
"""

import csv
from pathlib import Path

import numpy as np

FOLDER = Path("experiments/reproductions")
N = 100
S2 = 0.25
FEATURES = [10, 25, 50, 75, 90, 110, 125, 150, 200, 300, 500]
RIDGE_N, RIDGE_P, RIDGE_S2 = 200, 150, 1.0
PENALTIES = [1, 5, 20, 50, 100, 150, 200, 400, 1000, 3000]


def least_squares(p, n=N, s2=S2):
    if p < n - 1:
        return s2 + s2 * p / (n - p - 1)
    return s2 + 1 - n / p + s2 * n / (p - n - 1)


def stieltjes(l, g):
    b = 1 - g + l
    return (-b + np.sqrt(b * b + 4 * g * l)) / (2 * g * l)


def ridge(penalty, n=RIDGE_N, p=RIDGE_P, s2=RIDGE_S2):
    g, l = p / n, penalty / n
    m = stieltjes(l, g)
    step = 1e-5 * l
    slope = -(stieltjes(l + step, g) - stieltjes(l - step, g)) / (2 * step)  # m'(z) at z = -l
    return s2 + s2 * g * (m - l * (1 - l / (s2 * g)) * slope)


def simulated(solve, n, p, s2, draws, generator):
    risks = []
    for _ in range(draws):
        w = generator.normal(size=p)
        w /= np.linalg.norm(w)
        x = generator.normal(size=(n, p))
        y = x @ w + np.sqrt(s2) * generator.normal(size=n)
        risks.append(s2 + np.sum((solve(x, y) - w) ** 2))
    return np.mean(risks), np.std(risks) / np.sqrt(draws)


def check():
    generator = np.random.default_rng(1)
    for p in [50, 75, 150, 300]:
        mean, error = simulated(lambda x, y: np.linalg.lstsq(x, y, rcond=None)[0], N, p, S2, 400, generator)
        assert abs(mean - least_squares(p)) < 4 * error, (p, mean, least_squares(p))
    for penalty in [5, 50, 150, 1000]:
        solve = lambda x, y: np.linalg.solve(x.T @ x + penalty * np.eye(RIDGE_P), x.T @ y)
        mean, error = simulated(solve, RIDGE_N, RIDGE_P, RIDGE_S2, 400, generator)
        print(penalty, mean, error, ridge(penalty))
        assert abs(mean - ridge(penalty)) < 4 * error + 0.01 * mean, (penalty, mean, ridge(penalty))
    best = min(np.geomspace(10, 1000, 2001), key=ridge)
    assert abs(best / (RIDGE_S2 * RIDGE_P) - 1) < 0.01, best


def write(name, columns, rows):
    with open(FOLDER / name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


check()
write("hastie2019.csv", ["p", "quantity", "mean"], [[p, "risk", f"{least_squares(p):.6f}"] for p in FEATURES])
dense = [p for p in range(2, 601, 2) if abs(p - N) > 3]
write("hastie2019-curve.csv", ["p", "risk"], [[p, f"{least_squares(p):.5f}"] for p in dense])
write("krogh1991.csv", ["lambda", "quantity", "mean"], [[l, "risk", f"{ridge(l):.6f}"] for l in PENALTIES])
write("krogh1991-curve.csv", ["lambda", "risk"], [[f"{l:.4g}", f"{ridge(l):.5f}"] for l in np.geomspace(0.8, 4000, 121)])
