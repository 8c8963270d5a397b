"""The figures of generalized cross-validation in tests/it/fits.rs, by NumPy from the definition.

How: pip install numpy==2.4.6; python tests/oracles/gcv.py
RSS/m over (1 - tr H / m)^2, H = X (X'X + lambda P)^-1 X', P the identity but for the bias (Golub, Heath & Wahba 1979, eq. 1.4).
H comes from a QR factorization of X with the roots of the penalties below it, which squares no condition number.
"""
import numpy as np

table = np.genfromtxt("datasets/diabetes.csv", delimiter=",", names=True)
names = [name for name in table.dtype.names if name != "target"]
y = table["target"]
x = np.column_stack([np.ones(len(y))] + [table[name] for name in names])
for penalty in [0.01, 1.0, 30.0]:
    below = np.sqrt(penalty) * np.eye(x.shape[1])[1:]
    q, _ = np.linalg.qr(np.vstack([x, below]))
    hat = q[: len(y)] @ q[: len(y)].T
    rest = y - hat @ y
    print(penalty, repr(float((rest @ rest) / len(y) / (1.0 - np.trace(hat) / len(y)) ** 2)))
