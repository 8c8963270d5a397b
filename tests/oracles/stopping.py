"""Golden values of src/train/stop/: where a linear regression ends under each rule, by Rprop- in NumPy.

python -m venv v && v/bin/pip install numpy==2.4.6
v/bin/python tests/oracles/stopping.py > tests/oracles/stopping.json

The rules are those of Prechelt 1994, section 3.3, and 1998, written out here once more: validation after every 5th epoch, strips of 5
epochs, the training loss of an epoch before its step. Rows of datasets/diabetes.csv in their order, features as they are.
Each rule: the last epoch, the epoch with the lowest validation loss, the generalization loss at the end in per cent.
"""
import csv
import json

import numpy as np

TRAIN, VALIDATION, EPOCHS, STRIP, FIRST_STEP = 221, 111, 300, 5, 0.01
RULES = {
    "generalization-loss 2": lambda gl, progress, losses: gl > 2,
    "quotient 0.02": lambda gl, progress, losses: gl > 0.02 * progress,
    "up 2": lambda gl, progress, losses: len(losses) > 2 and losses[-1] > losses[-2] > losses[-3],
    "least_progress 1": lambda gl, progress, losses: progress < 1,
}


def main():
    with open("datasets/diabetes.csv", newline="") as file:
        rows = [[float(value) for value in row] for row in list(csv.reader(file))[1:]]
    table = np.array(rows)
    x = np.hstack([table[:, :-1], np.ones((len(table), 1))])
    y = table[:, -1]
    train, validation = slice(0, TRAIN), slice(TRAIN, TRAIN + VALIDATION)

    def loss(w, part):
        return 0.5 * float(np.mean((x[part] @ w - y[part]) ** 2))

    def ended(rule):
        w, before = np.zeros(x.shape[1]), np.zeros(x.shape[1])
        step = np.full(x.shape[1], FIRST_STEP)
        training, seen = [], []
        for epoch in range(1, EPOCHS + 1):
            training.append(loss(w, train))
            g = x[train].T @ (x[train] @ w - y[train]) / TRAIN
            turn = np.sign(g) * np.sign(before)
            step = np.where(turn > 0, np.minimum(step * 1.2, 50), np.where(turn < 0, np.maximum(step * 0.5, 1e-6), step))
            w, before = w - np.sign(g) * step, g
            if epoch % STRIP:
                continue
            seen.append((loss(w, validation), epoch))
            losses = [value for value, _ in seen]
            gl = 100 * (losses[-1] / min(losses) - 1)
            last = training[-STRIP:]
            progress = 1000 * (sum(last) / (STRIP * min(last)) - 1)
            if rule(gl, progress, losses):
                break
        return [epoch, min(seen)[1], gl]

    print(json.dumps({name: ended(rule) for name, rule in RULES.items()}, indent=1))


main()
