"""The program as a process: a command to its end, or a run with its progress."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

from burnmark._errors import error
from burnmark._program import find_program

Word = str | os.PathLike[str]
"""A word of a command line."""

Event = dict[str, Any]
"""A line of `--progress json`; docs/guide/json.md has the keys."""

SCHEMA = "burnmark.progress.1"
"""The lines that this module reads."""

PATIENCE = 1.0
"""Seconds in which a program that got Ctrl-C from the terminal says that it stops."""


def call(*words: Word) -> str:
    """Runs a command of burnmark to its end: `call("list", "optimizers")`.

    Returns:
        What it printed.

    Raises:
        BurnmarkError: It ended with another exit code than 0.
    """
    done = subprocess.run(_command(words), stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise error(done.stderr, done.returncode)
    return done.stdout


def document(*words: Word) -> dict[str, Any]:
    """The JSON document that a command prints."""
    read = json.loads(call(*words, "--json"))
    if not isinstance(read, dict):
        raise TypeError(f"burnmark {words[0]} --json: expected an object")
    return read


def follow(words: tuple[Word, ...], told: Callable[[Event], None]) -> None:
    """Runs a command with `--progress json` to its end and passes on each event. Ctrl-C lets it finish what is in flight.

    Raises:
        BurnmarkError: It ended with another exit code than 0.
        KeyboardInterrupt: It was stopped; the text says how much is done and kept.
    """
    conversation = _Conversation([*_command(words), "--progress", "json"], told)
    try:
        conversation.to_the_end()
    except KeyboardInterrupt:
        conversation.stop()
        raise KeyboardInterrupt(conversation.why() or "stopped") from None
    except BaseException:
        conversation.process.terminate()
        conversation.process.wait()
        raise
    exit_code = conversation.process.wait()
    if exit_code != 0:
        raise error(conversation.why(), exit_code)


class _Conversation:
    """A process that tells its progress. A thread reads, so that Ctrl-C meets this one between two lines."""

    def __init__(self, command: list[str], told: Callable[[Event], None]) -> None:
        # It does not read the notebook's stdin, and what it prints is asked for later.
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8"
        )
        self._told = told
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._stopping = False
        self._error: str | None = None
        self._plain: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def to_the_end(self) -> None:
        """Passes on what the process says until it says no more."""
        while (line := self._lines.get()) is not None:
            self._hear(line)

    def stop(self) -> None:
        """Lets the process finish what is in flight. Ctrl-C in a terminal reaches it, too: then it says that it stops, and is not
        told again, since a second signal ends it at once. A second Ctrl-C here does the same."""
        try:
            if self._hears_that_it_stops():
                self.to_the_end()
            self.process.wait()
        except KeyboardInterrupt:
            self.process.kill()
            self.process.wait()

    def why(self) -> str:
        """Why the process ended."""
        return self._error if self._error is not None else "\n".join(self._plain)

    def _hears_that_it_stops(self) -> bool:
        """Whether more is to be heard; the process is told to stop unless it says by itself that it does."""
        deadline = time.monotonic() + PATIENCE
        while not self._stopping:
            try:
                line = self._lines.get(timeout=max(deadline - time.monotonic(), 0.0))
            except Empty:
                self.process.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
                return True
            if line is None:
                return False
            self._hear(line)
        return True

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stderr:
            for line in stderr:
                self._lines.put(line)
        self._lines.put(None)

    def _hear(self, line: str) -> None:
        event = _event(line)
        if event is None:  # for people
            self._plain.append(line.rstrip("\n"))
            event = {"event": "message", "text": line.rstrip("\n")}
        if event["event"] == "error":
            self._error = str(event["text"])
            return
        self._stopping = self._stopping or event["event"] == "stopping"
        self._told(event)


def _event(line: str) -> Event | None:
    """The event of a line, if it is one."""
    if not line.startswith("{"):
        return None
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and event.get("schema") == SCHEMA else None


def _command(words: tuple[Word, ...]) -> list[str]:
    return [str(find_program()), *(os.fspath(word) for word in words)]
