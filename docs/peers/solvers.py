"""burnmark's solvers and their peers on the sizes of docs/performance.md, in turn: f64, one thread, data in memory.

How: cargo build --release --example solvers, then
    python docs/peers/solvers.py
Least squares: Cholesky of the normal equations (scipy.linalg.cho_factor, and numpy.linalg.solve), QR with pivoting (LAPACK's
gelsy). Logistic regression: scikit-learn's newton-cholesky to a gradient of 1e-10. The least time of all rounds counts.
Prints ms, and how many times as long the best peer takes. Ours refine least squares to the last digit; theirs do not.
"""
import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import subprocess
import time
import warnings
from pathlib import Path

import numpy
import scipy.linalg
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parents[2]
OURS = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/solvers"
SIZES = [(442, 10), (10_000, 50), (100_000, 100), (2_000, 500)]
ROUNDS = 3
warnings.filterwarnings("ignore")  # it says each time that there is no penalty


def milliseconds(of):
    least, calls, start = float("inf"), 0, time.perf_counter()
    while calls < 3 or time.perf_counter() - start < 0.5:
        call = time.perf_counter()
        of()
        least = min(least, (time.perf_counter() - call) * 1e3)
        calls += 1
    return least


def peers(samples, features):
    random = numpy.random.default_rng(1)
    x = numpy.hstack([numpy.ones((samples, 1)), random.normal(size=(samples, features))])
    y = x[:, 1:] @ (random.normal(size=features) / features**0.5) + 0.5 + random.normal(size=samples)
    classes, inputs = (y > 0).astype(int), numpy.ascontiguousarray(x[:, 1:])
    no = {"check_finite": False}
    model = LogisticRegression(C=numpy.inf, solver="newton-cholesky", tol=1e-10, max_iter=100)
    return {
        ("normal-equations", "cho_solve"): lambda: scipy.linalg.cho_solve(scipy.linalg.cho_factor(x.T @ x, **no), x.T @ y, **no),
        ("normal-equations", "numpy"): lambda: numpy.linalg.solve(x.T @ x, x.T @ y),
        ("qr", "gelsy"): lambda: scipy.linalg.lstsq(x, y, lapack_driver="gelsy", **no),
        ("newton", "scikit-learn"): lambda: model.fit(inputs, classes),
    }


def main():
    core = str(min(os.sched_getaffinity(0)))
    os.sched_setaffinity(0, {int(core)})
    least = {}

    def note(key, value):
        least[key] = min(least.get(key, float("inf")), value)

    for _ in range(ROUNDS):
        out = subprocess.run([str(OURS)], check=True, capture_output=True, text=True).stdout
        for samples, features, method, value in map(str.split, out.splitlines()):
            note((int(samples), int(features), method, "burnmark"), float(value))
        for size in SIZES:
            for (method, name), of in peers(*size).items():
                note((*size, method, name), milliseconds(of))
    for size in SIZES:
        for method in ("normal-equations", "qr", "newton"):
            row = {key[3]: value for key, value in least.items() if key[:3] == (*size, method)}
            ours = row.pop("burnmark")
            figures = ", ".join(f"{name} {value:.3g}" for name, value in row.items())
            print(f"{size[0]} x {size[1]} {method}: {ours:.3g} ms; {figures}; {min(row.values()) / ours:.2f} times as long")


if __name__ == "__main__":
    main()
