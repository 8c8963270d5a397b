"""Result folders, and what burnmark says of them."""

from __future__ import annotations

import functools
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from burnmark import _frames
from burnmark._call import call, document
from burnmark._errors import WorkError

if TYPE_CHECKING:
    import numpy


class Result:
    """A result folder. Everything is read when it is asked for; in Jupyter it shows the answer, rankings and figures.

    Attributes:
        folder: Where it is.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def table(self, name: str, library: _frames.Library | None = None) -> Any:
        """One of the tables: `runs`, `curves`, `steps` or `measurements`; docs/guide/results.md has their columns.

        Args:
            library: `polars` or `pandas`; by default the one that is in use, else the one that is installed.
        """
        return _frames.read_parquet(self.folder / f"{name}.parquet", library)

    @property
    def runs(self) -> Any:
        """One row per run, as a polars or pandas frame: settings, metrics, outcome, digests."""
        return self.table("runs")

    @property
    def curves(self) -> Any:
        """One row per run and epoch, as a polars or pandas frame."""
        return self.table("curves")

    @functools.cached_property
    def report(self) -> dict[str, Any]:
        """All that burnmark concludes, the document `burnmark.report.1` of docs/guide/json.md."""
        return document("report", self.folder)

    @property
    def answer(self) -> str:
        """The answer to the question of the spec, a paragraph for each part of it."""
        return "\n\n".join(self.report["answer"])

    @property
    def warnings(self) -> list[str]:
        """What stands in the way of the answer."""
        return list(self.report["warnings"])

    @property
    def ranking(self) -> Any:
        """One row per question, data set and method, best first, as a polars or pandas frame."""
        rows = [
            {"compared": question["compared"], "data": ranking["data"], "metric": ranking["metric"], **method}
            for question in self.report["questions"]
            for ranking in question["rankings"]
            for method in ranking["methods"]
        ]
        return _frames.of_rows(rows)

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures by name."""
        return {path.stem: Figure(path) for path in sorted((self.folder / "figures").glob("*.svg"))}

    def show(self, run: str) -> Run:
        """One run, by its identity or the first digits of it."""
        return Run(self, document("show", self.folder, run))

    def __repr__(self) -> str:
        return f"Result({str(self.folder)!r})\n\n{self.answer}"

    def _repr_html_(self) -> str:
        return call("report", self.folder, "--html")


class Figure:
    """A drawing, which Jupyter shows.

    Attributes:
        path: Its file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def svg(self) -> str:
        """The drawing's text."""
        return self.path.read_text(encoding="utf-8")

    def __repr__(self) -> str:
        return f"Figure({str(self.path)!r})"

    def _repr_svg_(self) -> str:
        return self.svg


class Run:
    """One run of a result folder.

    Attributes:
        record: Settings, outcome, curve and hashes, as in the document `burnmark.run.1` of docs/guide/json.md.
        measurement: Times, memory and the check by the other engine.
    """

    def __init__(self, result: Result, shown: dict[str, Any]) -> None:
        self._result = result
        self.record: dict[str, Any] = shown["record"]
        self.measurement: dict[str, Any] = shown["measurement"]

    @property
    def id(self) -> str:
        """The run's identity."""
        return str(self.record["run"])

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting by its key."""
        return dict(self.record["settings"])

    @functools.cached_property
    def parameters(self) -> dict[str, numpy.ndarray[Any, Any]]:
        """The final parameters by the names of PyTorch's modules, such as `layers.0.weight` [outputs, inputs].

        A run that did not keep them is run again, alone: the same bits.

        Raises:
            WorkError: The run has none, as it diverged, or it is no longer the same run.
        """
        kept = self._result.folder / "parameters" / f"{self.id}.safetensors"
        if kept.exists():
            return read_safetensors(kept)
        with tempfile.TemporaryDirectory() as folder:
            return self._again(Path(folder))

    def _again(self, folder: Path) -> dict[str, numpy.ndarray[Any, Any]]:
        spec, out = folder / "run.toml", folder / "results"
        spec.write_text(call("show", self._result.folder, self.id, "--spec"), encoding="utf-8")
        call("run", spec, "--out", out, "--keep-parameters", "--quiet")
        again = Run(Result(out), document("show", out, self.id)).record["hashes"]
        if again != self.record["hashes"]:
            raise WorkError(f"run {self.id} gives other parameters on this machine or with this version", 1)
        kept = out / "parameters" / f"{self.id}.safetensors"
        if not kept.exists():
            raise WorkError(f"run {self.id} has no final parameters: its outcome is {self.record['outcome']}", 1)
        return read_safetensors(kept)

    def __repr__(self) -> str:
        return call("show", self._result.folder, self.id)


def read_safetensors(path: Path) -> dict[str, numpy.ndarray[Any, Any]]:
    """The tensors of a safetensors file by name: 8 bytes that say how long the head is, the head as JSON, numbers row by row."""
    import numpy

    with path.open("rb") as file:
        head = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        numbers = file.read()
    kinds = {"F32": "<f4", "F64": "<f8"}
    tensors = {}
    for name, tensor in head.items():
        if name != "__metadata__":
            begin, end = tensor["data_offsets"]
            tensors[name] = numpy.frombuffer(numbers[begin:end], kinds[tensor["dtype"]]).reshape(tensor["shape"])
    return tensors


class Comparison:
    """Result folders compared with the first one. Jupyter shows the tables."""

    def __init__(self, words: tuple[str | os.PathLike[str], ...]) -> None:
        self._words = words

    @functools.cached_property
    def text(self) -> str:
        """What the terminal prints."""
        return call(*self._words)

    @functools.cached_property
    def document(self) -> dict[str, Any]:
        """Everything, the document `burnmark.compare.1` of docs/guide/json.md."""
        return document(*self._words)

    @property
    def table(self) -> Any:
        """One row per data set and method, as a polars or pandas frame: means, difference, interval, p, verdict."""
        return _frames.of_csv(call(*self._words, "--csv"))

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return call(*self._words, "--markdown")


class Fit:
    """One regression. Jupyter and `print` show the table of coefficients.

    Attributes:
        document: Everything, the document `burnmark.fit.1` of docs/guide/fit.md.
    """

    def __init__(self, fitted: dict[str, Any]) -> None:
        self.document = fitted

    @property
    def coefficients(self) -> Any:
        """One row per coefficient, as a polars or pandas frame: estimate, standard error, interval, p."""
        return _frames.of_rows([_flat(row) for row in self.document["coefficients"]])

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self.document:
            return self.document[name]
        raise AttributeError(f"a fit has no {name!r}; it has {', '.join(sorted(self.document))}")

    def __repr__(self) -> str:
        return str(self.document["printed"])


def _flat(coefficient: dict[str, Any]) -> dict[str, Any]:
    """A coefficient with the ends of its interval apart."""
    flat = {name: value for name, value in coefficient.items() if name != "interval"}
    low, high = coefficient.get("interval") or (None, None)
    return {**flat, "low": low, "high": high}
