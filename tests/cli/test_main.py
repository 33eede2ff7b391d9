"""The command line as a whole: Ctrl-C is exit code 130, wherever it strikes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, signal
from benzosafe.cli import main

def app():
    try:
        {where}
    except KeyboardInterrupt:
        raise SystemExit(130) from None

main.app = app
main.run()
"""
STRIKE = "os.kill(os.getpid(), signal.SIGINT)"


@pytest.mark.parametrize("where", [STRIKE, f'exec("{STRIKE}; [None for _ in range(10**6)]")'])
def test_ctrl_c_is_exit_code_130_also_inside_code_that_is_being_made(tmp_path, where):
    (tmp_path / "stopped.py").write_text(PROGRAM.format(where=where))
    ran = subprocess.run([sys.executable, "-m", "stopped"], cwd=tmp_path, env=os.environ.copy(), check=False)
    assert ran.returncode == 130
