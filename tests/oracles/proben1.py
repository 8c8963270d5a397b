"""Makes proben1.json: the lowest squared error percentage of any linear network on the training part of each of Proben1's problems.

    pip install numpy==2.4.6                       # any later version will do
    python proben1.py FOLDER > proben1.json        # the folder of the .dt files

Least squares in closed form, by NumPy's `lstsq`; E = 100 / (N P) * sum (o - t)^2, since targets lie in 0 to 1.
"""

import json
import pathlib
import sys

import numpy as np


def bound(file):
    lines = [line for line in file.read_text().split("\n") if line.strip()]
    header = {name.strip(): int(value) for name, value in (line.split("=") for line in lines[:7])}
    rows = np.array([[float(word) for word in line.split()] for line in lines[7 : 7 + header["training_examples"]]])
    inputs = header["bool_in"] + header["real_in"]
    design, targets = np.c_[rows[:, :inputs], np.ones(len(rows))], rows[:, inputs:]
    weights = np.linalg.lstsq(design, targets, rcond=None)[0]
    return {"outputs": targets.shape[1], "least": float(100 * np.mean((design @ weights - targets) ** 2))}


json.dump({file.stem: bound(file) for file in sorted(pathlib.Path(sys.argv[1]).glob("*.dt"))}, sys.stdout, indent=1)
print()
