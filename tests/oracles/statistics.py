"""Golden values of the statistics in src/analysis/stats, from SciPy and statsmodels.

python -m venv v && v/bin/pip install scipy==1.17.1 statsmodels==0.15.0
v/bin/python statistics.py > statistics.json
"""

import json
from itertools import combinations

import numpy as np
from scipy import stats
from scipy.stats._resampling import BootstrapResult
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

MASK = 2**64 - 1


class Resampler:
    """src/analysis/stats/resample.rs: SplitMix64, and Lemire's bounded numbers."""

    def __init__(self):
        self.state = int.from_bytes(b"analysis", "big")

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, bound):
        threshold = (2**64 - bound) % bound
        while True:
            wide = self.bits() * bound
            if wide & MASK >= threshold:
                return wide >> 64


def iqm(x, axis=-1):
    return stats.trim_mean(x, 0.25, axis=axis)


def bca(values, statistic):
    """SciPy's BCa interval on our resamples."""
    values = np.array(values)
    stream = Resampler()
    draws = [[values[stream.below(len(values))] for _ in values] for _ in range(9999)]
    drawn = BootstrapResult(None, statistic(np.array(draws), axis=-1), None)
    result = stats.bootstrap((values,), statistic, n_resamples=0, bootstrap_result=drawn, method="BCa")
    return list(result.confidence_interval)


rng = np.random.default_rng(7)
samples = [
    [0.961, 0.974, 0.969, 0.958, 0.981],
    [round(x, 4) for x in rng.lognormal(0, 1, 12)],
    [round(x, 4) for x in rng.normal(-0.3, 1, 30)],
]
# Multiples of 1/64, as many as a power of two: their means are exact, so that a resample's statistic equals the sample's here
# and there alike.
dyadic = [[float(round(x * 64) / 64) for x in draw] for draw in
          (rng.lognormal(0, 1, 8), rng.normal(-0.3, 1, 16), rng.lognormal(0, 0.7, 32))]
differences = [
    [0.01, 0.02, -0.005, 0.013, 0.008, 0.011],
    [0.5, 0.25, -0.25, 0.25, 1.0, 0.0, 0.75, -0.5],
    [round(x, 3) for x in rng.normal(0.3, 1, 14)],
    [round(x, 1) for x in rng.normal(0.2, 0.5, 17)],
]
many = [round(x, 4) for x in rng.normal(0.15, 1, 70)]
tables = [
    [[round(x, 3) for x in row] for row in rng.normal(0, 1, (8, 4)) + [0, 0.3, 0.6, 1.5]],
    [[round(x, 1) for x in row] for row in rng.normal(0, 0.3, (6, 3))],
]


def friedman(table):
    n, k = np.shape(table)
    chi, p = stats.friedmanchisquare(*np.transpose(table))
    f = (n - 1) * chi / (n * (k - 1) - chi)
    ranks = stats.rankdata(-np.array(table), axis=1).mean(axis=0)
    f_p = stats.f.sf(f, k - 1, (k - 1) * (n - 1))
    return {"scores": table, "ranks": list(ranks), "chi_squared": chi, "chi_squared_p": p, "f": f, "f_p": f_p}


def flips(d):
    test = stats.permutation_test((d,), lambda x, axis: np.sum(x, axis=axis), permutation_type="samples",
                                  n_resamples=np.inf, vectorized=True)
    return {"differences": d, "p": test.pvalue}


def ranks(d, **how):
    test = stats.wilcoxon(d, **how)
    return {"differences": d, "statistic": test.statistic, "p": test.pvalue}


exact = stats.PermutationMethod(n_resamples=np.inf)
wins = [(3, 3), (0, 5), (7, 10), (29, 40)]
p_values = [0.01, 0.04, 0.03, 0.005, 0.5]
trials = samples[1][:9]
print(json.dumps({
    "centre": [{"values": x, "median": float(np.median(x)), "iqm": float(iqm(x)), "sd": float(np.std(x, ddof=1))}
               for x in samples],
    "bca": [{"values": x, "statistic": name, "interval": bca(x, f)}
            for x in dyadic for name, f in (("mean", np.mean), ("iqm", iqm))],
    "sign_flip": [flips(d) for d in differences],
    "signed_rank": [ranks(d, method=exact) for d in differences] + [ranks(many, method="approx", correction=False)],
    "improvement": [{"wins": k, "pairs": n, "interval": list(stats.binomtest(k, n).proportion_ci(method="exact"))}
                    for k, n in wins],
    "friedman": [friedman(t) for t in tables],
    "holm": {"p": p_values, "adjusted": list(multipletests(p_values, method="holm")[1])},
    "studentized_range": [{"k": k, "q": q, "p": stats.studentized_range.cdf(q, k, np.inf),
                           "quantile": stats.studentized_range.ppf(0.95, k, np.inf)}
                          for k, q in ((2, 1.0), (3, 3.3), (5, 4.0), (10, 5.2), (20, 3.0))],
    "expected_best": [{"values": trials, "k": k, "best": float(np.mean([max(c) for c in combinations(trials, k)]))}
                      for k in range(1, 10)],
    "seeds_for_difference": [{"effect": e, "seeds": float(TTestPower().solve_power(e, alpha=0.05, power=0.8))}
                             for e in (0.2, 0.5, 0.8, 1.0)],
}, indent=1))
