"""The sweeps of 432 trainings that sweep.py and sweep_jax.py compare with burnmark's: a data set, a network and a spec each.

All: batches of 32 without a rest, 6 optimizers x 4 annealing rules x 3 decays, and 3 rates of dropout where there are hidden units, else more seeds.
"""
import itertools
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    spec: str
    loader: str  # scikit-learn's
    layers: tuple
    train: int  # samples, 8 of 10
    epochs: int
    dropouts: tuple = (0.0, 0.2, 0.5)
    seeds: int = 2

    @property
    def steps(self):
        return self.train // BATCH

    def data(self):
        import sklearn.datasets

        return getattr(sklearn.datasets, self.loader)(return_X_y=True)


BATCH, DECAYS = 32, (0.0, 1e-4, 1e-2)
CASES = {
    "digits": Case("sweep.toml", "load_digits", (64, 64, 10), 1437, 40),
    "wine": Case("sweep-wine.toml", "load_wine", (13, 16, 3), 142, 200),
    "breast-cancer": Case("sweep-breast-cancer.toml", "load_breast_cancer", (30, 32, 1), 455, 100),
    "logistic": Case("sweep-logistic.toml", "load_breast_cancer", (30, 1), 455, 100, (0.0,), 6),
}


def case_of(words):
    """The case that the words name; digits if none."""
    return CASES[next((word for word in words if word in CASES), "digits")]


def settings(case, annealings):
    return list(itertools.product(annealings, case.dropouts, DECAYS))
