"""Weighted trainings and fits by PyTorch, scikit-learn and statsmodels, for tests/it/weights.rs.

How: pip install torch==2.9.1 scikit-learn==1.9.1 statsmodels==0.15.0; python tests/oracles/weights.py > tests/oracles/weights.json
Inputs, classes and weights are given by formulas of small whole numbers, so that both sides start from the same bits. Everything in f64.
"""
import json
import numpy as np

M, N = 24, 3
X = np.array([[((i * 7 + j * 5) * 11 % 31 - 15) / 8.0 for j in range(N)] for i in range(M)])
NOISE = np.array([(i * 13 % 17 - 8) / 4.0 for i in range(M)])
Y = 1.0 + X @ np.array([0.5, -1.0, 0.25]) + NOISE
TWO = np.array([(i * i * 7 + i * 3) % 11 < 5 for i in range(M)]).astype(int)
THREE = np.array([0 if i % 8 < 5 else 1 if i % 8 < 7 else 2 for i in range(M)])
W = np.array([1 + i % 4 for i in range(M)], dtype=float)


def torch_path():
    """Losses before each of 60 steps of gradient descent, and the parameters behind them, of softmax regression: with weights of
    classes by `cross_entropy(weight=)`, whose mean is over the weights, and of samples by hand."""
    import torch
    from torch.nn import functional as F

    torch.set_default_dtype(torch.float64)
    x, y, paths = torch.tensor(X), torch.tensor(THREE), {}
    classes = torch.tensor([0.5, 1.0, 4.0])
    losses = {
        "classes": lambda s: F.cross_entropy(s, y, weight=classes),
        "rows": lambda s: (torch.tensor(W) * F.cross_entropy(s, y, reduction="none")).sum() / W.sum(),
    }
    for name, loss in losses.items():
        theta = torch.zeros(N + 1, 3, requires_grad=True)
        found = []
        for _ in range(60):
            value = loss(x @ theta[1:] + theta[0])
            found.append(value.item())
            theta.grad = None
            value.backward()
            with torch.no_grad():
                theta -= 0.5 * theta.grad
        paths[name] = {"losses": found, "theta": theta.detach().flatten().tolist()}
    return paths


def sklearn_fits():
    from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge, RidgeCV

    with_bias = lambda model: [model.intercept_.item()] + model.coef_.flatten().tolist()
    plain = dict(C=np.inf, tol=1e-14, max_iter=100_000)
    logistic = LogisticRegression(class_weight="balanced", **plain).fit(X, TWO)
    rows = LogisticRegression(**plain).fit(X, TWO, sample_weight=W)
    return {
        "logistic-balanced": with_bias(logistic),
        "logistic-rows": with_bias(rows),
        "linear": with_bias(LinearRegression().fit(X, Y, sample_weight=W)),
        "ridge": with_bias(Ridge(alpha=3.0, solver="cholesky").fit(X, Y, sample_weight=W)),
        # Its penalty stands beside a mean over the weights.
        "lasso": with_bias(Lasso(alpha=6.0 / W.sum(), tol=1e-15, max_iter=1_000_000).fit(X, Y, sample_weight=W)),
        "ridge-leave-one-out": float(RidgeCV(alphas=[0.1, 1.0, 3.0, 10.0, 30.0]).fit(X, Y, sample_weight=W).alpha_),
    }


def statsmodels_fits():
    import statsmodels.api as sm

    design = sm.add_constant(X)
    wls = sm.WLS(Y, design, weights=W).fit()
    glm = sm.GLM(TWO, design, family=sm.families.Binomial(), freq_weights=W).fit(tol=1e-15, maxiter=200)
    return {
        "wls": {
            "params": wls.params.tolist(),
            "errors": wls.bse.tolist(),
            "p": wls.pvalues.tolist(),
            "r2": wls.rsquared,
            "log_likelihood": wls.llf,
            "rss": wls.ssr,
        },
        "binomial": {
            "params": glm.params.tolist(),
            "errors": glm.bse.tolist(),
            "deviance": glm.deviance,
            "null_deviance": glm.null_deviance,
        },
    }


def ridge_errors():
    """Standard errors of ridge estimates by matrices: s² A⁻¹ XᵀX A⁻¹, s² = RSS / (m − tr H); without weights and with."""
    found = {}
    for name, w in (("even", np.ones(M)), ("rows", W)):
        design, root = np.column_stack([np.ones(M), X]), np.sqrt(w)[:, None]
        a, y = design * root, Y * root[:, 0]
        inverse = np.linalg.inv(a.T @ a + np.diag([0.0, 3.0, 3.0, 3.0]))
        theta, hat = inverse @ a.T @ y, np.trace(a @ inverse @ a.T)
        s2 = ((y - a @ theta) ** 2).sum() / (M - hat)
        found[name] = {
            "theta": theta.tolist(),
            "effective": hat,
            "errors": np.sqrt(s2 * np.diag(inverse @ a.T @ a @ inverse)).tolist(),
        }
    return found


if __name__ == "__main__":
    print(json.dumps({"torch": torch_path(), "sklearn": sklearn_fits(), "statsmodels": statsmodels_fits(), "ridge": ridge_errors()}, indent=1))
