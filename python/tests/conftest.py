"""Each test runs in a folder of its own, with the module and the program of the installed wheel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import burnmark as bm
import pytest

SPEC = """
name = "small"
question = "Does momentum help?"
seeds = 3

[data]
set = "iris"

[model]
kind = "mlp"
hidden = [8]

[train]
epochs = 3

[sweep]
optimizer = [{ kind = "gradient-descent", lr = [0.1, 1e30] }, { kind = "momentum", lr = 0.05 }]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SPEC)
    return tmp_path


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bm.Result]:
    """The results of the small experiment, which tests only read."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.toml").write_text(SPEC)
    yield bm.run(folder / "small.toml", out=folder / "r", jobs=2, quiet=True)
