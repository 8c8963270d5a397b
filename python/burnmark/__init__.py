"""burnmark from Python and notebooks: run experiments, read their results, fit regressions.

    import burnmark as bm

    result = bm.run("moons.toml", jobs=2)
    result.answer, result.warnings
    result.runs, result.curves

The module runs the program `burnmark` that comes with it and computes nothing by itself: every number is the same as on the command
line. docs/guide/python.md explains it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from burnmark import _frames, _spec
from burnmark._call import call, document, follow
from burnmark._errors import BurnmarkError, RequestError, WorkError
from burnmark._program import find_program
from burnmark._progress import progress
from burnmark._result import Comparison, Figure, Fit, Result, Run

__all__ = [
    "BurnmarkError",
    "Comparison",
    "Figure",
    "Fit",
    "RequestError",
    "Result",
    "Run",
    "WorkError",
    "call",
    "compare",
    "find_program",
    "fit",
    "read",
    "run",
]


def run(
    spec: str | os.PathLike[str] | Mapping[str, Any],
    *,
    jobs: int | None = None,
    out: str | os.PathLike[str] | None = None,
    set: Mapping[str, Any] | None = None,  # the flag's own name
    keep_parameters: bool = False,
    check: bool = True,
    quiet: bool = False,
) -> Result:
    """Runs an experiment, or goes on with it, and shows its progress.

    Ctrl-C, or the stop button of a notebook, lets the runs in flight finish and keeps all that is done; the same call goes on.

    Args:
        spec: A spec file, or the same as a dictionary. In a dictionary `{"frame": frame, "target": "y"}` is a data set: a polars or
            pandas frame, an Arrow table, a dictionary of columns or an array of rows [samples, features]; the target is a column's
            name, or the values [samples]. The dictionary is written as a spec beside the result folder, with its data.
        jobs: Worker processes, by default one per core. The results do not depend on it.
        out: The result folder, by default `results/NAME` with the spec's name.
        set: Other values for keys of the spec, such as `{"train.epochs": 5}`.
        keep_parameters: Whether each run's final parameters are kept.
        check: Whether each run is checked by the other engine.
        quiet: Whether no progress is shown.

    Raises:
        RequestError: The spec has mistakes; the message names all of them.
        WorkError: Runs failed; `read` gives the results of the others.
        KeyboardInterrupt: It was stopped.
    """
    words: list[str | os.PathLike[str]] = ["run", "--no-check"] if not check else ["run"]
    if isinstance(spec, Mapping):
        out = Path(out) if out is not None else Path("results", str(spec.get("name", "experiment")))
        words.append(_spec.write(spec, Path(out)))
    else:
        words.append(spec)
    words += [] if out is None else ["--out", out]
    words += [] if jobs is None else ["--jobs", str(jobs)]
    for key, value in (set or {}).items():
        words += ["--set", f"{key}={_spec.value(value)}"]
    words += ["--keep-parameters"] if keep_parameters else []
    return Result(_followed(words, quiet))


def _followed(words: list[str | os.PathLike[str]], quiet: bool) -> str:
    """The result folder of a run."""
    folders: list[str] = []
    shown = progress(quiet)

    def told(event: dict[str, Any]) -> None:
        if event["event"] == "end":
            folders.append(event["folder"])
        shown.told(event)

    try:
        follow(tuple(words), told)
    finally:
        shown.end()
    return folders[-1]


def read(folder: str | os.PathLike[str]) -> Result:
    """The results in a folder, such as `results/moons`.

    Raises:
        RequestError: There are none.
    """
    document("show", folder)
    return Result(folder)


def compare(
    first: Result | str | os.PathLike[str],
    *others: Result | str | os.PathLike[str],
    baseline: str | None = None,
) -> Comparison:
    """Compares results with the first ones; with a baseline such as `optimizer.kind=momentum` the values of a setting within them.

    Raises:
        RequestError: A folder has no results, or they cannot be compared.
    """
    folders = [item.folder if isinstance(item, Result) else item for item in (first, *others)]
    words = ["compare", *folders, *([] if baseline is None else ["--baseline", baseline])]
    comparison = Comparison(tuple(words))
    _ = comparison.text  # now, so that a mistake is met here
    return comparison


def fit(
    data: Any,
    *,
    target: Any,
    method: str = "qr",
    drop: list[str] | None = None,
    intercept: bool = True,
    lambda_: float | str | None = None,
    sigma: float | None = None,
    prior_sigma: float | None = None,
    positive: str | None = None,
    weights: str | None = None,
    bootstrap: int | None = None,
) -> Fit:
    """Fits one regression with standard errors and intervals; docs/guide/fit.md has the methods.

    Args:
        data: A file with a header (.csv, .tsv, .parquet), a polars or pandas frame, an Arrow table, a dictionary of columns, or an
            array of rows [samples, features].
        target: The name of a column, or the values to predict [samples].
        method: Such as `qr`, `ridge` or `logistic-newton`.
        drop: Columns to leave out.
        intercept: Whether there is one.
        lambda_: The strength of `ridge` and `lasso`; for `ridge` also `leave-one-out` or folds such as `10-fold`.
        sigma: The standard deviation of the noise, for `map`.
        prior_sigma: The standard deviation of each coefficient before the data, for `map`.
        positive: The label whose probability is modelled, for `logistic-newton`.
        weights: The column of how much each row counts.
        bootstrap: Draws of rows from which `ridge` and `lasso` have their standard errors.

    Raises:
        RequestError: The data or the flags are wrong.
        WorkError: The data have no solution, such as dependent columns.
    """
    words = ["--method", method, *(word for name in drop or [] for word in ("--drop", name))]
    words += [] if intercept else ["--no-intercept"]
    flags = {"lambda": lambda_, "sigma": sigma, "prior-sigma": prior_sigma, "positive": positive}
    flags |= {"weights": weights, "bootstrap": bootstrap}
    for flag, given in flags.items():
        words += [] if given is None else [f"--{flag}", str(given)]
    if isinstance(data, (str, os.PathLike)):
        return Fit(document("fit", data, "--target", target, *words))
    with tempfile.TemporaryDirectory() as folder:
        path, column = _frames.write(data, target, Path(folder), "data")
        return Fit(document("fit", path, "--target", column, *words))
