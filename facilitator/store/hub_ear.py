"""A line to the hub on which it only says that there is something new; what, is asked for."""

from __future__ import annotations

import contextlib
from typing import Any

import psycopg

from facilitator.store.hub import Account, Place, connect


class Ear:
    """Listens at a shared event's hub. For one thread."""

    def __init__(self) -> None:
        self._line: psycopg.Connection[Any] | None = None
        self._at: tuple[Place, str] | None = None

    def wait(self, account: Account, seconds: float) -> bool:
        """Whether the hub said something within `seconds`. What it said since the last call
        counts. False at once where it cannot be heard."""
        try:
            line = self._listening(account)
            return any(True for _ in line.notifies(timeout=seconds, stop_after=1))
        except (psycopg.Error, OSError):
            self.close()
            return False

    def close(self) -> None:
        """Listen no longer."""
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                line.close()

    def _listening(self, account: Account) -> psycopg.Connection[Any]:
        at = account.hub, account.user
        if self._line is None or self._line.closed or self._at != at:
            self.close()
            line = self._line = connect(account, account.hub)
            self._at = at
            line.execute("LISTEN facilitator")
        return self._line
