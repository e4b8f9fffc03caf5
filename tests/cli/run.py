"""Runs a command in this process, as a shell would see it."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facilitator.cli.base import run
from ui.entry import facilitator


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def reason(self) -> str:
        """The last line on stderr."""
        return self.err.splitlines()[-1] if self.err else ""


def command(*arguments: str | Path, stdin: str = "") -> Result:
    """Run `facilitator …`."""
    out, err = io.StringIO(), io.StringIO()
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(stdin.encode()))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(facilitator, [str(a) for a in arguments])
    finally:
        sys.stdin = before
    result = Result(status, out.getvalue(), err.getvalue())
    if status:
        assert result.reason
        assert len(result.reason) <= 400
        assert "Traceback" not in result.err
    return result
