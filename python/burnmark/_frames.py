"""Frames: tables that are read into polars or pandas, and data that come as frames or arrays."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

Library = Literal["polars", "pandas"]
"""A library of frames."""


def library(wanted: Library | None = None) -> Library:
    """The library that frames come from: the one that is wanted, else the one that is in use, else the one that is installed; polars
    where that is both.

    Raises:
        ImportError: It is not installed.
    """
    if wanted is not None and wanted not in ("polars", "pandas"):
        raise ValueError(f"library {wanted!r}: expected 'polars' or 'pandas'")
    names: tuple[Library, ...] = (wanted,) if wanted else ("polars", "pandas")
    in_use = [name for name in names if name in sys.modules]
    found = in_use or [name for name in names if importlib.util.find_spec(name)]
    if not found:
        raise ImportError(f"{' and '.join(names)} are not installed; try `pip install polars`" if not wanted else
                          f"{wanted} is not installed; try `pip install {wanted}`")
    return found[0]


def read_parquet(path: Path, wanted: Library | None = None) -> Any:
    """A table as a frame."""
    if library(wanted) == "polars":
        import polars

        return polars.read_parquet(path)
    import pandas

    return pandas.read_parquet(path)


def of_csv(text: str, wanted: Library | None = None) -> Any:
    """CSV with a header as a frame."""
    if library(wanted) == "polars":
        import polars

        return polars.read_csv(io.StringIO(text), infer_schema_length=None)
    import pandas

    return pandas.read_csv(io.StringIO(text))


def of_rows(rows: Sequence[Mapping[str, Any]], wanted: Library | None = None) -> Any:
    """Rows as a frame."""
    if library(wanted) == "polars":
        import polars

        return polars.DataFrame(list(rows), infer_schema_length=None)
    import pandas

    return pandas.DataFrame(list(rows))


def write(data: Any, target: Any, folder: Path, name: str) -> tuple[Path, str]:
    """Writes data to a file whose name follows from what is in it.

    Args:
        data: A polars or pandas frame, an Arrow table, columns by name, or an array of rows [samples, features].
        target: The name of a column, or the values to predict [samples], which are then the column `y`.
        folder: Where to.
        name: What the file's name begins with.

    Returns:
        The file, and the target's name.
    """
    if not isinstance(target, str):
        data, target = _with_column(data, "y", target), "y"
    ending, written = _bytes(data)
    path = folder / f"{name}-{hashlib.sha256(written).hexdigest()[:12]}.{ending}"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        unfinished = path.with_name(path.name + ".tmp")
        unfinished.write_bytes(written)
        unfinished.replace(path)
    return path, target


def _bytes(data: Any) -> tuple[str, bytes]:
    """A file's ending and its bytes."""
    file = io.BytesIO()
    if hasattr(data, "write_parquet"):  # polars
        import polars.selectors

        # Parquet's small integers are not read.
        small = polars.selectors.by_dtype(polars.Int8, polars.Int16, polars.UInt8, polars.UInt16)
        data.with_columns(small.cast(polars.Int32)).write_parquet(file)
        return "parquet", file.getvalue()
    if hasattr(data, "to_parquet"):  # pandas
        if not _writes_parquet():
            return "csv", str(data.to_csv(index=False)).encode()
        small = data.select_dtypes(["int8", "int16", "uint8", "uint16"])  # these are not read
        data.astype({name: "int32" for name in small}).to_parquet(file, index=False)
        return "parquet", file.getvalue()
    if hasattr(data, "__arrow_c_stream__"):
        if importlib.util.find_spec("polars"):
            import polars

            return _bytes(polars.DataFrame(data))
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.table(data), file)
        return "parquet", file.getvalue()
    return "csv", _csv(_columns(data)).encode()


def _writes_parquet() -> bool:
    return any(importlib.util.find_spec(name) for name in ("pyarrow", "fastparquet"))


def _columns(data: Any) -> dict[str, list[Any]]:
    """Columns by name; those of an array are `x0`, `x1`, …"""
    if isinstance(data, Mapping):
        columns = {str(name): _values(column) for name, column in data.items()}
    else:
        rows = [_values(row) for row in _values(data)]
        if len({len(row) for row in rows}) > 1:
            raise ValueError("the rows of the data differ in length; expected an array [samples, features]")
        columns = {f"x{place}": list(column) for place, column in enumerate(zip(*rows))}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns of the data differ in length: {lengths}")
    return columns


def _values(column: Any) -> list[Any]:
    """The values of an array, a series or a sequence as Python's own."""
    for method in ("to_list", "tolist"):
        if hasattr(column, method):
            return list(getattr(column, method)())
    if isinstance(column, str) or not isinstance(column, Sequence):
        raise TypeError(f"{type(column).__name__} is no data: expected a frame, columns by name, or an array of rows")
    return list(column)


def _csv(columns: Mapping[str, list[Any]]) -> str:
    """Numbers with all their digits, an empty field for what is missing."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    cell = [[repr(float(value)) if isinstance(value, float) else value for value in column] for column in columns.values()]
    writer.writerows(zip(*cell))
    return text.getvalue()


def _with_column(data: Any, name: str, values: Any) -> Any:
    """The data with one more column."""
    if hasattr(data, "with_columns"):  # polars
        import polars

        return data.with_columns(polars.Series(name, _values(values)))
    if hasattr(data, "assign"):  # pandas
        return data.assign(**{name: _values(values)})
    columns = _columns(data)
    if name in columns:
        raise ValueError(f"the data have a column {name!r} already; give the target by its name")
    return _columns({**columns, name: _values(values)})
