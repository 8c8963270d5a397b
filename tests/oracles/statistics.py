"""Golden values of the statistics in src/analysis/stats, from SciPy.

python -m venv v && v/bin/pip install scipy==1.17.1
v/bin/python statistics.py > statistics.json
"""

import json
from itertools import combinations

import numpy as np
from scipy import stats

def iqm(x, axis=-1):
    return stats.trim_mean(x, 0.25, axis=axis)


def corrected_t(values, overlap):
    """Nadeau and Bengio 2003; without overlap SciPy's own test."""
    values = np.array(values)
    n = len(values)
    scale = np.sqrt((1 / n + overlap) * np.var(values, ddof=1))
    p = 2 * stats.t.sf(abs(values.mean() / scale), n - 1)
    interval = stats.t.interval(0.95, n - 1, values.mean(), scale)
    if overlap == 0:
        test = stats.ttest_1samp(values, 0)
        p, interval = test.pvalue, test.confidence_interval(0.95)
    return {"values": list(map(float, values)), "overlap": overlap, "p": float(p), "interval": [float(x) for x in interval]}


def seeds_needed(effect, overlap, level):
    """The least n whose power by the noncentral t distribution is 0.8; none up to 10,000."""
    for n in range(2, 10_001):
        if 0.5 ** (n - 1) >= level:
            continue
        critical, shift = stats.t.isf(level / 2, n - 1), effect / np.sqrt(1 / n + overlap)
        if stats.nct.sf(critical, n - 1, shift) >= 0.8:
            return n
    return None


def power(difference, freedom, overlap, shared, seeds, level):
    """Of a difference in known standard deviations, or in such as are estimated with so many degrees of freedom: the mean over these."""
    true, allowed = np.sqrt(1 / seeds + shared), np.sqrt(1 / seeds + overlap)
    critical, shift = stats.t.isf(level / 2, seeds - 1) * allowed / true, difference / true
    of = lambda estimate: stats.nct.sf(critical, seeds - 1, shift * estimate)
    if freedom is None:
        return float(of(1.0))
    # Over 4,000 equally likely estimates.
    return float(np.mean(of(np.sqrt(stats.chi2.ppf((np.arange(4000) + 0.5) / 4000, freedom) / freedom))))


def pooled(methods):
    """The mean variance of all pairs' differences, and the degrees of freedom by Greenhouse and Geisser's epsilon."""
    x = np.array(methods)
    k, n = x.shape
    variance = np.mean([np.var(a - b, ddof=1) for a, b in combinations(x, 2)])
    centring = np.eye(k) - 1 / k
    eigenvalues = np.linalg.eigvalsh(centring @ np.cov(x) @ centring)
    epsilon = eigenvalues.sum() ** 2 / (k - 1) / (eigenvalues**2).sum()
    return {"methods": methods, "deviation": float(np.sqrt(variance)), "freedom": float(epsilon * (k - 1) * (n - 1))}


rng = np.random.default_rng(7)
samples = [
    [0.961, 0.974, 0.969, 0.958, 0.981],
    [round(x, 4) for x in rng.lognormal(0, 1, 12)],
    [round(x, 4) for x in rng.normal(-0.3, 1, 30)],
]
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


def ranks(d, **how):
    test = stats.wilcoxon(d, **how)
    return {"differences": d, "statistic": test.statistic, "p": test.pvalue}


exact = stats.PermutationMethod(n_resamples=np.inf)
wins = [(3, 3), (0, 5), (7, 10), (29, 40)]
trials = samples[1][:9]
print(json.dumps({
    "centre": [{"values": x, "median": float(np.median(x)), "iqm": float(iqm(x)), "sd": float(np.std(x, ddof=1))}
               for x in samples],
    "corrected_t": [corrected_t(x, o) for x in samples + differences for o in (0, 1 / 3, 0.25)],
    "signed_rank": [ranks(d, method=exact) for d in differences] + [ranks(many, method="approx", correction=False)],
    "improvement": [{"wins": k, "pairs": n, "interval": list(stats.binomtest(k, n).proportion_ci(method="exact"))}
                    for k, n in wins],
    "friedman": [friedman(t) for t in tables],
    "studentized_range": [{"k": k, "q": q, "p": stats.studentized_range.cdf(q, k, np.inf),
                           "quantile": stats.studentized_range.ppf(0.95, k, np.inf)}
                          for k, q in ((2, 1.0), (3, 3.3), (5, 4.0), (10, 5.2), (20, 3.0))],
    "expected_best": [{"values": trials, "k": k, "best": float(np.mean([max(c) for c in combinations(trials, k)]))}
                      for k in range(1, 10)],
    "seeds_for_difference": [{"effect": e, "overlap": o, "level": a, "seeds": seeds_needed(e, o, a)}
                             for e, o, a in ((0.2, 0, 0.05), (0.5, 0, 0.05), (1.0, 0, 0.05), (1.0, 0, 0.05 / 24),
                                             (1.5, 0, 0.001), (2.0, 1 / 3, 0.05), (1.9, 1 / 3, 0.05), (1.0, 1 / 3, 0.05),
                                             (3.0, 1 / 3, 0.05 / 24))],
    "power": [{"difference": d, "freedom": f, "overlap": o, "shared": r, "seeds": n, "level": a, "power": power(d, f, o, r, n, a)}
              for d, o, r, n, a in ((1.5, 0, 0, 6, 0.05), (0.9, 0, 0, 10, 0.05), (1.5, 0, 0, 10, 0.05 / 6),
                                    (1.7, 0, 0, 14, 0.05 / 384), (0.45, 0, 0, 40, 0.05), (2.2, 1 / 3, 1 / 3, 10, 0.05),
                                    (1.9, 1 / 3, 0.1, 10, 0.05), (3.5, 1 / 3, 1 / 3, 20, 0.05 / 384),
                                    (3.3, 1 / 3, 0, 20, 0.05 / 384), (2.5, 0.25, 0.05, 12, 0.05 / 20),
                                    (1.5, 1 / 3, 0, 80, 0.05), (4.0, 1.0, 0.3, 30, 0.05 / 4))
              for f in (None, 2, 4, 9, 30)],
    "pooled": [pooled(methods) for methods in (
        [[round(float(x), 4) for x in row] for row in scattered] for scattered in (
            np.random.default_rng(8).normal(0, 1, (2, 5)),
            np.random.default_rng(9).normal(0, 1, (4, 6)) * np.array([[1], [1], [1], [5]]) + [0, 3, 1, 2, 0, 9],
            np.random.default_rng(10).normal(0, 1, (7, 3)),
        ))],
}, indent=1))
