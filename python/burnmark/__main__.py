"""`python -m burnmark`: the program's own command line."""

from __future__ import annotations

import os
import subprocess
import sys

from burnmark._program import find_program


def main() -> None:
    """Becomes the program, or on Windows runs it."""
    command = [str(find_program()), *sys.argv[1:]]
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
