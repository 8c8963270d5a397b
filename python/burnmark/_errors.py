"""What goes wrong."""

from __future__ import annotations


class BurnmarkError(Exception):
    """The program ended with an error; its text is the message, which says what to do.

    Attributes:
        exit_code: 1 where the work failed or results differ, 2 where the request was wrong and nothing was done.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class RequestError(BurnmarkError):
    """The request was wrong, such as a mistake in a spec; nothing was done."""


class WorkError(BurnmarkError):
    """The work failed, or results differ. What was finished before is kept."""


def error(message: str, exit_code: int) -> BurnmarkError:
    """The error of this exit code."""
    kind = RequestError if exit_code == 2 else WorkError
    return kind(message.strip() or f"burnmark ended with exit code {exit_code}", exit_code)
