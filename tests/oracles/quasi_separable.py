"""What statsmodels and scikit-learn say of quasi-separable data: quasi-separable.csv, where x1 < 3 is always `a`, x1 > 3 always `b`
and x1 = 3 is either. The example is that of UCLA's statistics pages ("What is complete or quasi-complete separation?").

How: pip install statsmodels==0.15.0 scikit-learn==1.9.1; python tests/oracles/quasi_separable.py
"""
import pathlib
import warnings

import numpy as np
import statsmodels.api as sm
from scipy.optimize import linprog
from sklearn.linear_model import LogisticRegression

table = np.genfromtxt(pathlib.Path(__file__).with_name("quasi-separable.csv"), delimiter=",", skip_header=1, dtype=str)
x, y = table[:, :2].astype(float), (table[:, 2] == "b").astype(float)
design = sm.add_constant(x)

for iterations in (10, 20, 40):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            fit = sm.Logit(y, design).fit(disp=0, maxiter=iterations)
            told = f"converged {fit.mle_retvals['converged']}, coefficient of x1 {fit.params[1]:.1f}"
        except Exception as why:
            told = f"{type(why).__name__}: {why}"
    print(f"statsmodels, {iterations} iterations: {told}; warnings: {sorted({str(w.category.__name__) for w in said})}")

for solver in ("lbfgs", "newton-cholesky"):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        fit = LogisticRegression(C=np.inf, solver=solver, max_iter=1000).fit(x, y)
    print(f"scikit-learn {solver}: coefficient of x1 {fit.coef_[0][0]:.1f}; warnings: {sorted({w.category.__name__ for w in said})}")

# A direction along which no margin shrinks and one grows: max Σ z·d with 0 ≤ z·d ≤ 1.
z = design * np.where(y == 1, 1, -1)[:, None]
found = linprog(-z.sum(0), A_ub=np.vstack([-z, z]), b_ub=np.r_[np.zeros(10), np.ones(10)], bounds=(None, None))
print("direction", np.round(found.x, 6), "margins", np.round(z @ found.x, 6))
