"""Makes the data and the figures of experiments/reproductions/bishop1995.toml.

    pip install numpy==2.4.6        # any later version will do
    python bishop1995.py            # in this folder

The rows of datasets/diabetes.csv with a column that says their part, by their order: 60, 20 and 20 %. Ridge regression in closed form on the
training part, its features and target scaled to mean 0 and deviation 1 there: w = (X'X/m + s^2 I)^-1 X'y/m; the losses are half mean squares.
"""

import pathlib

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
TO = ROOT / "experiments" / "reproductions"

head, *rows = [line.split(",") for line in (ROOT / "datasets" / "diabetes.csv").read_text().split("\n") if line]
first, second = int(len(rows) * 0.6), int(len(rows) * 0.8)
part = ["train"] * first + ["validation"] * (second - first) + ["test"] * (len(rows) - second)
lines = [",".join(row + [name]) for row, name in zip([head, *rows], ["part", *part])]
(TO / "bishop1995-data.csv").write_text("\n".join(lines) + "\n")

numbers = np.array(rows, float)
numbers = (numbers - numbers[:first].mean(0)) / numbers[:first].std(0)
x, y = numbers[:, :-1], numbers[:, -1]
figures = ["noise,quantity,mean"]
for noise in (0.2, 0.5, 1.0):
    gram = x[:first].T @ x[:first] / first + noise**2 * np.eye(x.shape[1])
    w = np.linalg.solve(gram, x[:first].T @ y[:first] / first)
    for name, rows_of in (("training_loss", slice(0, first)), ("test_loss", slice(second, None))):
        figures.append(f"{noise},{name},{0.5 * np.mean((x[rows_of] @ w - y[rows_of]) ** 2):.6f}")
(TO / "bishop1995.csv").write_text("\n".join(figures) + "\n")
