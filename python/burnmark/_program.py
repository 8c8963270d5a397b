"""Where the program is."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path


def find_program() -> Path:
    """The program `burnmark`: `$BURNMARK` if that is set, else the one that was installed with this module, else the one on `PATH`.

    Raises:
        FileNotFoundError: There is none. The message names the places that were searched.
    """
    named = os.environ.get("BURNMARK")
    if named:
        if Path(named).is_file():
            return Path(named)
        raise FileNotFoundError(f"the variable BURNMARK names `{named}`, which is not a file")
    searched = list(dict.fromkeys(_places()))
    for place in searched:
        if place.is_file():
            return place
    on_path = shutil.which("burnmark")
    if on_path:
        return Path(on_path)
    listed = "\n".join(f"  {place}" for place in searched)
    raise FileNotFoundError(
        "the program `burnmark` is neither on PATH nor where pip installs programs:\n"
        f"{listed}\nreinstall the package, or name the program in the variable BURNMARK"
    )


def _places() -> Iterator[Path]:
    """Where installers put a package's programs."""
    name = "burnmark.exe" if os.name == "nt" else "burnmark"
    yield Path(sysconfig.get_path("scripts"), name)
    # `pip install --prefix` and `--target`: the package is in <prefix>/lib/pythonX.Y/site-packages, or in <target>.
    package = Path(__file__).resolve().parent
    if len(package.parents) > 3:
        yield package.parents[3] / "bin" / name
    yield package.parent / "bin" / name
    # `pip install --user`
    yield Path(sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user")), name)
    # An interpreter that is a link into another environment.
    yield Path(sys.executable).parent / name
