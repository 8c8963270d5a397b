"""Golden values of src/measure/: predictions with ties, absent classes and constant answers, and what scikit-learn says of them.

python -m venv v && v/bin/pip install scikit-learn==1.9.1
v/bin/python tests/oracles/measures.py > tests/oracles/measures.json

null: undefined. scikit-learn has a number and a warning there, or raises an error; what is undefined says src/measure/.
"""
import json
import warnings

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

warnings.simplefilter("ignore")
BINS = 15


def calibration_error(right, confidence):
    """By the bins of calibration_curve, each weighted with its answers; edges belong to the lower bin there, too."""
    accuracy, mean_confidence = calibration_curve(right, confidence, n_bins=BINS, strategy="uniform")
    edges = np.linspace(0.0, 1.0, BINS + 1)
    counts = np.bincount(np.searchsorted(edges[1:-1], confidence), minlength=BINS)
    return float(np.sum(counts[counts > 0] * np.abs(accuracy - mean_confidence)) / len(confidence))


def of_classes(name, truth, probabilities):
    """The predicted class is the first of the most likely ones."""
    truth, p = np.array(truth), np.array(probabilities, dtype=float)
    p = p / p.sum(axis=1, keepdims=True)
    k = p.shape[1]
    said, labels, present = p.argmax(axis=1), list(range(k)), set(truth)
    rows = np.arange(len(truth))
    one_hot = np.eye(k)[truth]
    expected = {
        "balanced-accuracy": metrics.balanced_accuracy_score(truth, said),
        "macro-f1": metrics.f1_score(truth, said, average="macro"),
        "matthews": metrics.matthews_corrcoef(truth, said) if len(present) > 1 else None,
        "kappa": metrics.cohen_kappa_score(truth, said, labels=labels) if len(present) > 1 else None,
        "log-loss": metrics.log_loss(truth, p, labels=labels),
        "brier": metrics.brier_score_loss(one_hot[:, 1], p[:, 1]) if k == 2
        else float(0.5 * np.mean(np.sum((p - one_hot) ** 2, axis=1))),
        "calibration-error": calibration_error((said == truth).astype(int), p[rows, said]),
    }
    if k == 2:
        expected["f1"] = metrics.f1_score(truth, said, pos_label=1) if 1 in present else None
        expected["roc-auc"] = metrics.roc_auc_score(truth, p[:, 1]) if len(present) == 2 else None
    else:
        expected["roc-auc"] = metrics.roc_auc_score(truth, p, multi_class="ovr") if len(present) == k else None
        if len(present) == k:
            assert np.isclose(expected["brier"], metrics.brier_score_loss(truth, p, scale_by_half=True))
    return {
        "name": name,
        "classes": k,
        "truth": truth.tolist(),
        "said": said.tolist(),
        "probabilities": p.ravel().tolist(),
        "confusion": metrics.confusion_matrix(truth, said, labels=labels).ravel().tolist(),
        "expected": {key: None if value is None else float(value) for key, value in expected.items()},
    }


def of_values(name, truth, said):
    return {
        "name": name,
        "truth": list(map(float, truth)),
        "said": list(map(float, said)),
        "expected": {
            "mae": float(metrics.mean_absolute_error(truth, said)),
            "rmse": float(metrics.root_mean_squared_error(truth, said)),
        },
    }


def two(ones):
    return [[1.0 - p, p] for p in ones]


rng = np.random.default_rng(1)
many = rng.dirichlet([0.7, 0.5, 0.4, 0.6], 60)
drawn = [int(rng.choice(4, p=row)) for row in many]
rare = rng.beta(0.6, 2.5, 80)
cases = [
    of_classes("two classes", [0, 1, 1, 0, 1, 0], two([0.2, 0.7, 0.4, 0.6, 0.9, 0.1])),
    of_classes("ties", [0, 1, 1, 0, 1, 0, 1, 0], two([0.25, 0.25, 0.75, 0.75, 0.75, 0.25, 0.5, 0.5])),
    of_classes("constant", [0, 1, 1, 0, 0], two([0.25] * 5)),
    of_classes("class 1 is never found", [0, 1, 0, 0, 1], two([0.1, 0.3, 0.4, 0.2, 0.45])),
    of_classes("class 1 is absent", [0, 0, 0, 0], two([0.1, 0.6, 0.3, 0.2])),
    of_classes("class 0 is absent", [1, 1, 1], two([0.9, 0.6, 0.3])),
    of_classes("all right", [0, 1, 0, 1], two([0.0625, 0.9375, 0.125, 0.75])),
    of_classes("all wrong", [1, 0, 1, 0], two([0.0625, 0.9375, 0.125, 0.75])),
    of_classes("rare", [int(rng.random() < p) for p in rare], two(rare)),
    of_classes("three classes", [0, 1, 2, 2, 1, 0, 2], [[5, 3, 2], [2, 2, 6], [1, 1, 8], [3, 4, 3], [1, 8, 1], [4, 4, 2], [2, 2, 2]]),
    of_classes("a class is absent", [0, 2, 2, 0], [[5, 3, 2], [2, 5, 3], [1, 1, 8], [3, 6, 1]]),
    of_classes("three classes, constant", [0, 1, 2, 1, 1], [[2, 5, 3]] * 5),
    of_classes("four classes", drawn, many),
    of_values("numbers", [1.0, -2.0, 0.5, 3.0], [0.5, -1.0, 0.5, 5.0]),
    of_values("all right", [1.0, 2.0], [1.0, 2.0]),
    of_values("constant", rng.normal(size=40), [0.25] * 40),
]
print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")
