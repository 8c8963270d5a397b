"""A spec as a dictionary, written as the file that burnmark reads."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from burnmark import _frames

HEAD = "# Written by burnmark's Python module; the next run with the same name writes it anew.\n"
"""The first line of a spec that this module may replace."""


def write(spec: Mapping[str, Any], out: Path) -> Path:
    """Writes a spec beside its result folder, as `out` with the ending `.toml`, and the data in it to `out` with `-data`.

    Raises:
        FileExistsError: The file is somebody else's.
    """
    path = out.parent / f"{out.name}.toml"
    if path.exists() and not path.read_text(encoding="utf-8").startswith(HEAD):
        raise FileExistsError(f"`{path}` was not written by this module: give another name or another `out`")
    out.parent.mkdir(parents=True, exist_ok=True)
    placed = _placed(spec, out.parent / f"{out.name}-data")
    path.write_text(HEAD + toml(placed), encoding="utf-8")
    return path


def toml(spec: Mapping[str, Any]) -> str:
    """A dictionary as TOML: its own tables as sections, tables of nothing but tables as several, tables within them inline."""
    tables = {name: item for name, item in spec.items() if isinstance(item, Mapping)}
    lines = [f"{_key(name)} = {value(item)}" for name, item in spec.items() if name not in tables]
    for name, table in tables.items():
        if table and all(isinstance(item, Mapping) for item in table.values()):
            for key, section in table.items():
                lines += _section(f"{_key(name)}.{_key(key)}", section)
        else:
            lines += _section(_key(name), table)
    return "\n".join(lines) + "\n"


def _section(name: str, table: Mapping[str, Any]) -> list[str]:
    return ["", f"[{name}]", *(f"{_key(key)} = {value(item)}" for key, item in table.items())]


def _placed(value: Any, folder: Path) -> Any:
    """The value with each table `{"frame": …, "target": …}` replaced by the file that then holds the data."""
    if isinstance(value, Mapping):
        if "frame" in value:
            return _of_frame(value, folder)
        return {str(key): _placed(item, folder) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_placed(item, folder) for item in value]
    return value


def _of_frame(table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    if "target" not in table:
        raise ValueError('data as {"frame": …} need a "target": the name of a column, or the values to predict')
    name = str(table.get("name", "frame"))
    path, target = _frames.write(table["frame"], table["target"], folder, name)
    kind = path.suffix.removeprefix(".")
    rest = {key: item for key, item in table.items() if key not in ("frame", "target", "name")}
    return {kind: f"{folder.name}/{path.name}", "target": target, **rest}


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else _text(name)


def value(item: Any) -> str:
    """A value as TOML."""
    if hasattr(item, "tolist"):  # NumPy's numbers and arrays
        item = item.tolist()
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, int):
        return str(item)
    if isinstance(item, float):
        return repr(item) if math.isfinite(item) else ("nan" if math.isnan(item) else f"{item:+}")
    if isinstance(item, (str, os.PathLike)):
        return _text(os.fspath(item))
    if isinstance(item, Mapping):
        inside = ", ".join(f"{_key(str(key))} = {value(inner)}" for key, inner in item.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(item, Sequence):
        items = [value(inner) for inner in item]
        if any(isinstance(inner, Mapping) for inner in item):  # a line each, for messages that name lines
            return "[\n" + "".join(f"  {inner},\n" for inner in items) + "]"
        return f"[{', '.join(items)}]"
    raise TypeError(f"{item!r} cannot be part of a spec: expected a number, a text, a flag, a list or a table")


def _text(text: str) -> str:
    """A basic string of TOML, whose escapes are JSON's, in lines where it has some."""
    lines = [json.dumps(line, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f") for line in text.split("\n")]
    return f'"{lines[0]}"' if len(lines) == 1 else '"""\n' + "\n".join(lines) + '"""'
