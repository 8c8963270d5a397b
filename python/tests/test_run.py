"""Runs: results, mistakes, progress, Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import burnmark as bm
import numpy as np
import pandas as pd
import polars as pl
import pytest
from burnmark import _frames


def test_a_result_has_tables_answer_and_warnings(small: bm.Result) -> None:
    assert small.runs.shape[0] == 9
    assert set(small.runs["outcome"]) == {"done", "diverged"}
    assert small.curves.shape[0] > 9
    assert "momentum" in small.answer
    assert small.answer == "\n\n".join(small.report["answer"])
    assert any("iverged" in said for said in small.warnings)
    assert small.answer in repr(small)
    assert list(small.ranking["method"]) == ["momentum", "gradient-descent"] or small.ranking.shape[0] == 2
    assert "<svg" in small._repr_html_() and "Does momentum help?" in small._repr_html_()
    assert small.figures["learning-curves"]._repr_svg_().startswith("<svg")


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_tables_come_from_either_library(small: bm.Result, library: _frames.Library) -> None:
    runs = small.table("runs", library)
    assert isinstance(runs, pl.DataFrame if library == "polars" else pd.DataFrame)
    assert list(runs["run"]) == list(small.runs["run"])


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "modules", {k: v for k, v in sys.modules.items() if k not in ("polars", "pandas")})
    monkeypatch.setattr(_frames.importlib.util, "find_spec", lambda name: object() if name == "pandas" else None)
    assert _frames.library() == "pandas"
    monkeypatch.setattr(_frames.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install polars"):
        _frames.library()
    with pytest.raises(ImportError, match="pip install pandas"):
        _frames.library("pandas")


def test_the_same_bits_as_on_the_command_line(small: bm.Result, folder: Path) -> None:
    bm.call("run", "small.toml", "--out", "r", "--jobs", "1")
    assert (folder / "r/runs.parquet").read_bytes() == (small.folder / "runs.parquet").read_bytes()


def test_mistakes_are_all_in_one_error(folder: Path) -> None:
    spec = (folder / "small.toml").read_text().replace("epochs", "epoch").replace('"momentum"', '"momentun"')
    (folder / "wrong.toml").write_text(spec)
    with pytest.raises(bm.RequestError) as caught:
        bm.run("wrong.toml")
    text = str(caught.value)
    assert "did you mean `epochs`?" in text and "did you mean `momentum`?" in text and "wrong.toml:" in text
    assert not (folder / "results").exists()


def test_settings_can_be_replaced() -> None:
    result = bm.run("small.toml", set={"train.epochs": 1, "seeds": 1}, quiet=True)
    assert result.folder == Path("results/small")
    assert result.runs.shape[0] == 3 and result.curves["epoch"].max() == 1


def test_progress_is_a_bar_where_the_cursor_moves(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    bm.run("small.toml")
    said = capsys.readouterr().err
    assert "9/9 runs" in said and "█" * 32 in said and said.endswith("\r\x1b[2K")
    bm.run("small.toml", quiet=True, out="again")
    assert capsys.readouterr().err == ""


SLOW = """
import burnmark as bm
spec = {"name": "slow", "seeds": 400, "data": {"set": "digits"}, "model": {"kind": "mlp", "hidden": [32]},
        "train": {"epochs": 4}, "optimizer": {"kind": "adam", "lr": 0.01}}
try:
    bm.run(spec, jobs=2, check=False)
except KeyboardInterrupt as stopped:
    print("interrupted:", stopped)
"""


@pytest.mark.parametrize("group", [True, False], ids=["as in a terminal", "this process alone"])
def test_ctrl_c_keeps_what_is_done(folder: Path, group: bool) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    journal = folder / "results/slow"
    deadline = time.monotonic() + 60
    while not any(file.stat().st_size > 0 for file in journal.glob("*journal*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    if group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        os.kill(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert said.startswith("interrupted: stopped:") and "to go on" in said, said
    kept = bm.read("results/slow")
    assert 0 < kept.runs.shape[0] < 400
    assert any("400" in warning for warning in kept.warnings), kept.warnings


def test_another_error_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Exception):
        pass

    def told(self: object, event: object) -> None:
        raise Broken

    monkeypatch.setattr("burnmark._progress.Terminal.told", told)
    before = threading.active_count()
    with pytest.raises(Broken):
        bm.run("small.toml")
    time.sleep(0.5)
    assert threading.active_count() <= before


def test_a_run_has_its_parameters(small: bm.Result) -> None:
    done = small.runs.filter(pl.col("outcome") == "done")["run"]
    run = small.show(done[0][:12])
    assert run.settings["data.set.kind"] == "iris" and run.record["outcome"] == {"kind": "done"} or run.record["outcome"]
    again = run.parameters
    assert again["layers.0.weight"].shape == (8, 4) and again["layers.1.bias"].shape == (3,)
    assert all(np.isfinite(tensor).all() for tensor in again.values())
    kept = bm.run(small.folder.parent / "small.toml", out="kept", keep_parameters=True, quiet=True).show(done[0])
    for name, tensor in kept.parameters.items():
        np.testing.assert_array_equal(tensor, again[name])
    assert done[0] in repr(run)
    diverged = small.runs.filter(pl.col("outcome") == "diverged")["run"][0]
    with pytest.raises(bm.WorkError, match="no final parameters"):
        _ = small.show(diverged).parameters


def test_results_are_compared(small: bm.Result) -> None:
    other = bm.run("small.toml", out="other", set={"train.epochs": 1}, quiet=True)
    comparison = bm.compare(small, other)
    assert "what differs" in comparison.text and "| gradient-descent |" in comparison._repr_markdown_()
    assert list(comparison.table["method"]) == ["gradient-descent", "momentum"]
    assert comparison.document["comparisons"][0]["only_first"] == 9
    within = bm.compare(small, baseline="optimizer.kind=momentum")
    assert list(within.table["first"]) == ["optimizer.kind=momentum"]
    with pytest.raises(bm.RequestError, match="two result folders"):
        bm.compare(small)
    with pytest.raises(bm.RequestError, match="nowhere"):
        bm.read("nowhere")
