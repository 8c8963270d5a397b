"""Specs as dictionaries, frames and arrays as data, regressions."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import burnmark as bm
import numpy as np
import pandas as pd
import polars as pl
import pytest
from burnmark import _frames, _spec

RNG = np.random.default_rng(3)
X = RNG.normal(size=(60, 3))
Y = X @ np.array([1.0, -2.0, 0.5]) + 0.1 * RNG.normal(size=60)
COLUMNS = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": Y}


def spec(data: Any) -> dict[str, Any]:
    return {
        "name": "arrays",
        "seeds": 2,
        "data": {"set": data},
        "model": {"kind": "linear"},
        "train": {"epochs": 2},
        "sweep": {"optimizer": [{"kind": "adam", "lr": np.array([0.1, 0.01])}, {"kind": "momentum", "lr": 0.1}]},
    }


def test_a_dictionary_is_written_as_the_toml_that_says_the_same() -> None:
    said = {
        "name": 'a "quoted" \\ name\n\x7f\u00e9\U0001f600',
        "seeds": 3,
        "flag": True,
        "numbers": [1e-05, -2.5, 1e300, 0.1],
        "data": {"set": {"kind": "two-moons", "noise": 0.2}, "split": {"train": 0.6}},
        "sweep": {"data.set": ["iris", {"kind": "blobs", "of": [1, 2]}], "empty": [], "path": Path("a/b")},
    }
    expected = {**said, "sweep": {**said["sweep"], "path": "a/b"}}  # type: ignore[dict-item]
    assert tomllib.loads(_spec.toml(said)) == expected
    assert tomllib.loads(_spec.toml({"x": np.float32(0.5), "y": np.arange(3)})) == {"x": 0.5, "y": [0, 1, 2]}
    with pytest.raises(TypeError, match="cannot be part of a spec"):
        _spec.toml({"x": object()})


@pytest.mark.parametrize(
    "data",
    [
        {"frame": pl.DataFrame(COLUMNS), "target": "y"},
        {"frame": pd.DataFrame(COLUMNS), "target": "y"},
        {"frame": pl.DataFrame(COLUMNS).to_arrow(), "target": "y"},
        {"frame": COLUMNS, "target": "y"},
        {"frame": pl.DataFrame(COLUMNS).drop("y"), "target": Y},
        {"frame": pd.DataFrame(COLUMNS).drop(columns="y"), "target": pd.Series(Y)},
        {"frame": X, "target": Y},
        {"frame": X.tolist(), "target": list(Y)},
    ],
    ids=["polars", "pandas", "arrow", "columns", "polars and values", "pandas and values", "arrays", "lists"],
)
def test_frames_and_arrays_are_the_same_data(data: dict[str, Any]) -> None:
    result = bm.run(spec(data), quiet=True)
    digests = set(result.runs["data_digest"])
    reference = bm.run(spec({"frame": COLUMNS, "target": "y"}), out="reference", quiet=True)
    assert digests == set(reference.runs["data_digest"]), "the same figures, to the last bit"
    # The spec and its data lie beside the results: the shell goes on where Python was.
    assert "confirmed, bit for bit  6" in bm.call("verify", "results/arrays")
    bm.call("run", "results/arrays.toml", "--out", "results/arrays")


def test_data_in_a_sweep_and_small_integers() -> None:
    small = pl.DataFrame({"a": [1, 2, 3, 4] * 10, "b": list(range(40)), "y": ["no", "yes"] * 20}).with_columns(
        pl.col("a").cast(pl.UInt8)
    )
    both = spec("iris")
    both["model"] = {"kind": "softmax"} if "softmax" in bm.call("list", "models") else {"kind": "mlp", "hidden": [4]}
    both["train"]["batch"] = 8
    both["sweep"]["data.set"] = [
        {"frame": small, "target": "y", "name": "small"},
        {"frame": small.to_pandas(), "target": "y", "name": "again", "drop": "b"},
    ]
    assert bm.run(both, quiet=True).runs.shape[0] == 12


def test_what_is_no_data_is_said() -> None:
    for data, error, says in [
        ({"frame": X}, ValueError, "target"),
        ({"frame": 3, "target": "y"}, TypeError, "int is no data"),
        ({"frame": {"a": [1], "b": [1, 2]}, "target": "a"}, ValueError, "differ in length"),
        ({"frame": [[1, 2], [3]], "target": [1, 2]}, ValueError, "differ in length"),
        ({"frame": COLUMNS, "target": Y}, ValueError, "already"),
        ({"frame": COLUMNS, "target": "z"}, bm.RequestError, "`z`"),
    ]:
        with pytest.raises(error, match=says):
            bm.run(spec(data), quiet=True)


def test_a_spec_of_somebody_else_is_not_replaced() -> None:
    Path("results").mkdir()
    Path("results/arrays.toml").write_text("mine")
    with pytest.raises(FileExistsError, match="another name"):
        bm.run(spec({"frame": X, "target": Y}), quiet=True)
    assert Path("results/arrays.toml").read_text() == "mine"


@pytest.mark.parametrize("data", [pl.DataFrame(COLUMNS), pd.DataFrame(COLUMNS), COLUMNS], ids=["polars", "pandas", "columns"])
def test_a_fit_is_the_least_squares_one(data: Any) -> None:
    fit = bm.fit(data, target="y")
    expected = np.linalg.lstsq(np.column_stack([np.ones(60), X]), Y, rcond=None)[0]
    # Both are backward stable on a well-conditioned matrix: some units in the last place of numbers about 1.
    np.testing.assert_allclose(list(fit.coefficients["estimate"]), expected, rtol=1e-12, atol=1e-13)
    assert list(fit.coefficients["name"]) == ["intercept", "a", "b", "c"]
    assert fit.degrees_of_freedom == 56 and "std. error" in repr(fit)
    with pytest.raises(AttributeError, match="r_squared"):
        _ = fit.nothing


def test_fits_have_their_flags(folder: Path) -> None:
    pl.DataFrame(COLUMNS).write_csv("t.csv")
    assert bm.fit("t.csv", target="y", method="ridge", lambda_=0.5).document["lambda"] == 0.5
    assert bm.fit(X, target=Y, intercept=False).coefficients.shape[0] == 3
    assert bm.fit(COLUMNS, target="y", drop=["b", "c"]).document["left_out"] == ["b", "c"]
    with pytest.raises(bm.RequestError, match="--lambda"):
        bm.fit("t.csv", target="y", lambda_=0.5)
    with pytest.raises(bm.WorkError, match="column"):
        bm.fit({**COLUMNS, "d": X[:, 0]}, target="y")


def test_a_frame_is_written_once(tmp_path: Path) -> None:
    first, _ = _frames.write(COLUMNS, "y", tmp_path, "frame")
    assert (first, "y") == _frames.write({**COLUMNS}, "y", tmp_path, "frame")
    assert [path.name for path in tmp_path.iterdir() if path.is_file() and "frame" in path.name] == [first.name]
