"""The PIN with which an event's Desk is locked.

It keeps a temp at the Desk and away from the lists; it is a curtain, not a safe: whoever has the
event's file and a terminal can take it away (`facilitator unlock`), so nobody is ever locked out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlmodel import Session

from facilitator.clocks import Clocks, stamp
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.text import counted
from facilitator.services.events import Done
from facilitator.services.settings import Settings, read_settings, write_setting
from facilitator.store.database import Database

SHORTEST, LONGEST = 4, 12
#: seconds to wait after so many wrong PINs in a row; more of them wait as long as the last
WAITS = (0, 0, 0, 5, 10, 20, 40, 60)
#: the cost of one try: 16 MB and some 50 ms
_N, _R, _P = 2**14, 8, 1


@dataclass(frozen=True, slots=True)
class PinAnswer:
    """Whether a PIN was right, and for how many seconds no other is looked at."""

    right: bool
    wait: int = 0
    changes: Changes = Changes.NONE
    #: it was not looked at, because the one before was wrong too short a time ago
    too_soon: bool = False

    @property
    def words(self) -> str:
        """What is said where it was not right."""
        wait = f"Wait {counted(self.wait, 'second')}, then try again." if self.wait else ""
        wrong = "It is too soon for another try." if self.too_soon else "That is not the PIN."
        return f"{wrong} {wait}".strip()


class DeskLockService:
    """Sets, checks and takes away the Desk's PIN. It is kept as a salted slow hash only."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self._database = database
        self._clocks = clocks

    def is_set(self) -> bool:
        """Whether the Desk has a PIN."""
        with self._database.reading() as session:
            return bool(read_settings(session).desk_pin)

    def set(self, pin: str) -> Done:
        """Give the Desk a PIN. Refused where it has one, or this is not 4 to 12 digits."""
        digits = _digits(pin)
        if not SHORTEST <= len(digits) <= LONGEST:
            raise Refused(f"A PIN is {SHORTEST} to {LONGEST} digits.")
        hashed = _hash(digits, secrets.token_bytes(16))
        with self._database.session() as session:
            if read_settings(session).desk_pin:
                raise Refused("The Desk has a PIN already.", "It was not changed.")
            write_setting(session, "desk_pin", hashed)
            write_setting(session, "desk_tries", None)
        return Done(Changes.EVENT)

    def check(self, pin: str) -> PinAnswer:
        """Whether this is the PIN; right where there is none. Each wrong one is counted, and from
        the third in a row the next must wait, longer each time, up to a minute."""
        with self._database.reading() as session:
            settings = read_settings(session)
        if not settings.desk_pin:
            return PinAnswer(True)
        if wait := self._wait(settings):
            return PinAnswer(False, wait, too_soon=True)
        right = _is_right(_digits(pin), settings.desk_pin)
        with self._database.session() as session:
            if right:
                if settings.desk_tries:
                    write_setting(session, "desk_tries", None)
                return PinAnswer(True)
            return PinAnswer(False, self._count_wrong(session))

    def take_away(self, pin: str) -> PinAnswer:
        """Take the PIN away, where this is it."""
        answer = self.check(pin)
        if not answer.right:
            return answer
        return PinAnswer(True, changes=self.remove().changes)

    def remove(self) -> Done:
        """Take the PIN away without knowing it: for the organiser who has forgotten it."""
        with self._database.session() as session:
            write_setting(session, "desk_pin", "")
            write_setting(session, "desk_tries", None)
        return Done(Changes.EVENT)

    def _wait(self, settings: Settings) -> int:
        """Seconds until the next PIN is looked at."""
        wrong, at = _tries(settings)
        if at is None:
            return 0
        since = (self._clocks.now() - at).total_seconds()
        # A wall clock that was set back must not lock anybody out until it has caught up.
        return max(ceil(_delay(wrong) - since), 0) if since >= 0 else 0

    def _count_wrong(self, session: Session) -> int:
        wrong = _tries(read_settings(session))[0] + 1
        write_setting(session, "desk_tries", {"wrong": wrong, "at": stamp(self._clocks.now())})
        return _delay(wrong)


def _delay(wrong: int) -> int:
    return WAITS[min(wrong, len(WAITS) - 1)]


def _tries(settings: Settings) -> tuple[int, datetime | None]:
    kept = settings.desk_tries
    if not kept:
        return 0, None
    return int(kept["wrong"]), datetime.fromisoformat(kept["at"])


def _digits(pin: str) -> str:
    """The digits as typed, without blanks; empty where there is anything else."""
    plain = "".join(pin.split())
    return plain if plain.isascii() and plain.isdigit() else ""


def _hash(digits: str, salt: bytes) -> str:
    made = hashlib.scrypt(digits.encode(), salt=salt, n=_N, r=_R, p=_P, dklen=32)
    return "$".join(("scrypt", b64encode(salt).decode(), b64encode(made).decode()))


def _is_right(digits: str, kept: str) -> bool:
    try:
        salt = b64decode(kept.split("$")[1], validate=True)
    except (IndexError, ValueError):
        return False
    return hmac.compare_digest(_hash(digits, salt), kept)
