"""Where the program is found, and the command that pip installs."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import burnmark as bm
import pytest


def test_the_program_is_the_one_that_was_installed_with_the_module() -> None:
    program = bm.find_program()
    assert program.parent == Path(sysconfig.get_path("scripts"))
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    module = subprocess.run([sys.executable, "-m", "burnmark", "--version"], capture_output=True, text=True, check=True)
    assert said.startswith("burnmark ") and module.stdout == said


def test_the_command_line_of_the_module_has_the_exit_codes_of_the_program() -> None:
    done = subprocess.run([sys.executable, "-m", "burnmark", "run", "nothing.toml"], capture_output=True, text=True)
    assert done.returncode == 2 and "nothing.toml" in done.stderr


def test_another_program_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = bm.find_program()
    monkeypatch.setenv("BURNMARK", str(program))
    assert bm.find_program() == program
    monkeypatch.setenv("BURNMARK", str(tmp_path / "missing"))
    with pytest.raises(FileNotFoundError, match="BURNMARK names"):
        bm.call("--version")


def test_completions_and_manual_pages_come_with_it() -> None:
    share = Path(sysconfig.get_path("data"), "share")
    assert "burnmark" in (share / "bash-completion/completions/burnmark").read_text()
    assert (share / "zsh/site-functions/_burnmark").exists()
    assert (share / "fish/vendor_completions.d/burnmark.fish").exists()
    assert ".TH burnmark-run" in (share / "man/man1/burnmark-run.1").read_text()


def test_any_command_can_be_called() -> None:
    assert "momentum" in bm.call("list", "optimizers")
    with pytest.raises(bm.RequestError) as caught:
        bm.call("show", "nowhere")
    assert caught.value.exit_code == 2 and "nowhere" in str(caught.value)
