"""Several targets at once, by NumPy and scikit-learn: least squares with a matrix Y, and R², MAE and RMSE averaged over the columns, for
tests/it/columns.rs.

How: pip install numpy==2.4.6 scikit-learn==1.9.1; python -P tests/oracles/columns.py > tests/oracles/columns.json
The table is given by formulas of small whole numbers. All of it is the training part; nothing is scaled.
"""
import json
import numpy as np
from sklearn import metrics


def number(i, period):
    """A number between -2 and 2, exact in binary."""
    return ((i * 7 + 3) % period - period // 2) / 16.0


ROWS = 30
x = np.array([[number(3 * r + c, 31) for c in range(3)] for r in range(ROWS)])
y = np.array([[2.0 * x[r, 0] - x[r, 1] + number(2 * r, 29) / 4.0, 0.5 * x[r, 2] + number(2 * r + 1, 37)] for r in range(ROWS)])

design = np.column_stack([np.ones(ROWS), x])
coefficients, *_ = np.linalg.lstsq(design, y, rcond=None)
predicted = design @ coefficients
print(
    json.dumps(
        {
            "x": x.tolist(),
            "y": y.tolist(),
            "coefficients": coefficients.tolist(),  # a row for the intercept and each feature, a column for each target
            "loss": float(0.5 * ((y - predicted) ** 2).sum() / ROWS),
            "r2": metrics.r2_score(y, predicted, multioutput="uniform_average"),
            "mae": metrics.mean_absolute_error(y, predicted, multioutput="uniform_average"),
            "rmse": metrics.root_mean_squared_error(y, predicted, multioutput="uniform_average"),
        }
    )
)
