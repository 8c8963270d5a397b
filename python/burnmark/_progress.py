"""The progress of a run: a bar in a terminal or a notebook, nothing elsewhere."""

from __future__ import annotations

import html
import sys
from typing import Any, Protocol

WIDTH = 32
"""Of a terminal's bar, in letters."""


class Progress(Protocol):
    """What is shown while a command runs."""

    def told(self, event: dict[str, Any]) -> None:
        """Shows an event of the program."""

    def end(self) -> None:
        """Leaves what is worth keeping."""


def progress(quiet: bool) -> Progress:
    """The form that suits where this process runs."""
    if quiet:
        return Silent()
    if _in_notebook():
        return Notebook()
    return Terminal(moves=sys.stderr.isatty())


class Silent:
    """Shows nothing."""

    def told(self, event: dict[str, Any]) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class Terminal:
    """A bar and messages on stderr; the messages alone where the cursor cannot be moved."""

    def __init__(self, moves: bool) -> None:
        self._moves = moves

    def told(self, event: dict[str, Any]) -> None:
        """Shows an event of the program."""
        if event["event"] in ("message", "stopping"):
            self._write(f"{self._clear()}{event['text']}\n")
        elif event["event"] == "progress" and self._moves:
            filled = round(WIDTH * _share(event))
            self._write(f"{self._clear()}{'█' * filled}{'░' * (WIDTH - filled)} {_state(event)}")

    def end(self) -> None:
        """Takes the bar away."""
        self._write(self._clear())

    def _clear(self) -> str:
        return "\r\x1b[2K" if self._moves else ""

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


class Notebook:
    """A bar in the output of a cell; at the end the messages are left."""

    def __init__(self) -> None:
        from IPython.display import HTML, display

        self._html = HTML
        self._messages: list[str] = []
        self._bar = ""
        self._handle = display(HTML(""), display_id=True)

    def told(self, event: dict[str, Any]) -> None:
        """Shows an event of the program."""
        if event["event"] in ("message", "stopping"):
            self._messages.append(event["text"])
        elif event["event"] == "progress":
            self._bar = f"<progress value='{event['done']}' max='{max(event['runs'], 1)}'></progress> {_state(event)}"
        else:
            return
        self._show()

    def end(self) -> None:
        """Takes the bar away."""
        self._bar = ""
        self._show()

    def _show(self) -> None:
        messages = html.escape("\n".join(self._messages))
        shown = f"<pre>{messages}</pre>" if messages else ""
        if self._handle is not None:
            self._handle.update(self._html(shown + self._bar))


def _share(event: dict[str, Any]) -> float:
    return float(event["done"]) / max(float(event["runs"]), 1.0)


def _state(event: dict[str, Any]) -> str:
    """`31/120 runs, 4 s left, 2 diverged`"""
    parts = [f"{event['done']}/{event['runs']} runs"]
    if event.get("seconds_left") is not None and event["done"] < event["runs"]:
        parts.append(f"{event['seconds_left']:.0f} s left")
    parts += [f"{event[name]} {name}" for name in ("diverged", "failed") if event.get(name)]
    return ", ".join(parts)


def _in_notebook() -> bool:
    """Whether a Jupyter kernel runs this process."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")
