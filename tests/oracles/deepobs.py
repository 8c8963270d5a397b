"""Makes deepobs2019.csv: the last losses of DeepOBS's published baselines on `quadratic_deep`; and prints numbers of that problem by NumPy.

    pip install numpy==2.4.6                                           # any later version will do
    git clone https://github.com/fsschneider/DeepOBS_Baselines          # its runs of 2019, at commit 3da285abf978
    python deepobs.py DeepOBS_Baselines > ../../experiments/reproductions/deepobs2019.csv
    python deepobs.py                                                   # what src/data/deepobs.rs and src/num/mersenne.rs test

A baseline is ten runs at its tuned learning rate, of which each file has the mean losses over the test points and over the training points of each epoch.
The problem is written anew here from its description in the paper and the suite's `quadratic_deep` and `quadratic`.
"""

import json
import pathlib
import sys

import numpy as np

OPTIMIZERS = {"GradientDescentOptimizer": "gradient-descent", "MomentumOptimizer": "momentum", "AdamOptimizer": "adam"}


def figures(folder):
    print("optimizer,quantity,mean,sd,runs")
    for theirs, ours in OPTIMIZERS.items():
        tuned = [runs for runs in (folder / "quadratic_deep" / theirs).iterdir() if len(list(runs.glob("*.json"))) > 1]
        assert len(tuned) == 1, tuned
        runs = [json.loads(file.read_text()) for file in sorted(tuned[0].glob("*.json"))]
        print(ours, runs[0]["learning_rate"], runs[0]["hyperparams"], file=sys.stderr)
        for quantity, column in [("test_loss", "test_losses"), ("training_loss", "train_losses")]:
            last = [run[column][-1] for run in runs]
            print(f"{ours},{quantity},{np.mean(last):.5f},{np.std(last, ddof=1):.5f},{len(last)}")


def problem():
    state, n = np.random.RandomState(42), 100
    eigenvalues = np.concatenate([state.uniform(0, 1, 90), state.uniform(30, 60, 10)])
    angle = 2 * np.pi * state.uniform()
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    for size in range(3, n + 1):
        direction = state.normal(size=size)
        direction /= np.linalg.norm(direction)
        apart = np.eye(size)[0] - direction
        apart /= np.linalg.norm(apart)
        larger = np.eye(size)
        larger[1:, 1:] = rotation
        rotation = larger - 2 * np.outer(apart, apart @ larger)
    return rotation.T @ np.diag(eigenvalues) @ rotation


def points(seed):
    return np.random.RandomState(seed).normal(0, 0.6, (1000, 100)).astype(np.float32).astype(float)


if len(sys.argv) > 1:
    figures(pathlib.Path(sys.argv[1]))
else:
    q = problem()
    places = [(0, 0), (3, 7), (42, 99), (99, 99)]
    print(f"    const Q: [(usize, usize, f64); 4] = {[(i, j, float(q[i, j])) for i, j in places]};")
    drawn = [(42, 0), (42, 99_999), (43, 1), (43, 54_321)]
    print(f"    const POINT: [(u32, usize, f64); 4] = {[(s, p, float(points(s).ravel()[p])) for s, p in drawn]};")
    apart = 1 - points(43)[:896]
    print("untrained", float(0.5 * np.mean(np.einsum("ij,jk,ik->i", apart, q, apart))), file=sys.stderr)
