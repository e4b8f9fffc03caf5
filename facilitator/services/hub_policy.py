"""What this laptop may write to a shared event: the table of roles, as the file's tie asks it."""

from __future__ import annotations

from facilitator.domain.errors import Refused
from facilitator.domain.roles import Verb, alone_may, may_write, refusal, waits

_VERBS = {"i": Verb.ADD, "u": Verb.CHANGE, "d": Verb.REMOVE}


class HubPolicy:
    """Answers from the one table (`domain/roles.py`)."""

    def refuse(
        self, role: str, table: str, op: str, fields: frozenset[str], key: str, *, alone: bool
    ) -> Refused | None:
        """Why a role may not write a row (op: i, u or d) now; None where it may."""
        verb = _VERBS[op]
        if not may_write(role, table, verb, fields, key):
            return refusal(role, table, verb)
        if alone and not alone_may(table, verb, fields, key):
            return waits(table)
        return None
