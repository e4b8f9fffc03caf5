"""The join code: all that another laptop needs to find a shared event and to be let in once.

`FJ1-` and groups of seven letters and digits of Crockford's base 32 with a check character each,
so that it fits the QR alphanumeric mode, can be read out, and a slip in typing names its group at
once. Inside, as bytes: the addresses, the port, the database, the SHA-256 of the event's CA, the
event's tag, the end of the login's name, a secret that works once, until when, and a checksum over
all of it. Nothing in it tells anything about people.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import AddressValueError, IPv4Address

from stdnum import luhn

from facilitator.domain.errors import Refused
from facilitator.domain.ticket import ALPHABET, TAG_LENGTH, clean_code

PREFIX = "FJ1"
#: a hub has Wi-Fi, cable and perhaps a phone: more addresses would only make the code longer
MOST_ADDRESSES = 3
SECRET_LENGTH = 16
#: where the hub listens unless that port is taken
USUAL_PORT = 54817

_GROUP = 8
_LONGEST_NAME = 255
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_NOT_CODE = re.compile(r"[^0-9A-Z]+")
_SUFFIX = re.compile(r"[0-9a-f]{8}")
_HOST = re.compile(r"[0-9A-Za-z._:%-]+")


@dataclass(frozen=True, slots=True)
class JoinCode:
    """Where a shared event is, how to know it, and the login that may join it once.

    `addresses`: one to three IPv4 addresses or names of the hub, the likeliest first.
    `fingerprint`: the SHA-256 of the CA's certificate, 32 bytes. `suffix`: eight hexadecimal
    digits. `secret`: the login's password, sixteen characters of the ticket's alphabet. `until`:
    when it stops being good, to the minute; None where that is not told. Raises ValueError for
    what fits none of these.
    """

    addresses: tuple[str, ...]
    port: int
    database: str
    fingerprint: bytes
    tag: str
    suffix: str
    secret: str
    until: datetime | None = None

    def __post_init__(self) -> None:
        fits = (
            1 <= len(self.addresses) <= MOST_ADDRESSES
            and all(_HOST.fullmatch(one) and len(one) <= _LONGEST_NAME for one in self.addresses)
            and 0 < self.port < 1 << 16
            and 0 < len(self.database.encode()) <= _LONGEST_NAME
            and len(self.fingerprint) == 32
            and len(self.tag) == TAG_LENGTH
            and set(self.tag) <= set(ALPHABET)
            and _SUFFIX.fullmatch(self.suffix) is not None
            and len(self.secret) == SECRET_LENGTH
            and set(self.secret) <= set(ALPHABET)
        )
        if not fits:
            raise ValueError("a join code cannot hold this")

    @property
    def login(self) -> str:
        """The login that may do nothing but join."""
        return f"f_{self.tag.lower()}_join_{self.suffix}"

    @property
    def text(self) -> str:
        """The code as it is shown, typed and drawn: `FJ1-…-…`, upper case."""
        return "-".join((PREFIX, *_groups(_pack(self))))


def make_secret(seed: bytes) -> str:
    """The secret of ten random bytes (80 bits)."""
    if len(seed) != SECRET_LENGTH * 5 // 8:
        raise ValueError("a secret is made of ten bytes")
    return _letters(seed)


def usual_database(tag: str) -> str:
    """The database's name that costs no room in a code."""
    return f"facilitator_{tag.lower()}"


def parse_join_code(text: str) -> JoinCode:
    """The code that somebody typed, pasted or scanned, whatever its case, spaces and dashes.

    O is read as 0, I and L as 1. Refused, in a sentence that says what it is instead or where the
    slip is.
    """
    shown = unicodedata.normalize("NFKC", clean_code(text).text)
    _refuse_others(shown)
    letters = _NOT_CODE.sub("", shown.upper()).translate(_LOOK_ALIKE)
    if letters[:2] == "FJ" and letters[2:3] not in ("1", ""):
        raise Refused(
            "This join code is of a newer Facilitator.", "", "Install the newest version."
        )
    begins = letters.startswith(PREFIX)
    # The first byte counts addresses, so that a code whose beginning was left out begins with 0.
    if not begins and not (letters.startswith("0") and len(letters) > 10 * _GROUP):
        raise Refused(
            "This is not a join code.", "",
            f"A join code begins with {PREFIX}; the laptop that shares the event shows it.",
        )  # fmt: skip
    return _unpack(_bytes(_data(letters.removeprefix(PREFIX))))


# --- what else gets scanned -----------------------------------------------------------------------


def _refuse_others(shown: str) -> None:
    low = shown.lower()
    then = "Scan or type the code that the laptop shows which shares the event."
    if not shown:
        raise Refused("There is no join code here.", "", then)
    if low.startswith("f1-"):
        raise Refused("This is a ticket, not a join code.", "", then)
    if low.startswith(("postgresql", "postgres:")):
        raise Refused("This is the address of a server, not a join code.", "", then)
    if low.startswith("wifi:"):
        raise Refused("This is the code of a Wi-Fi network, not a join code.", "", then)
    if "://" in low or low.startswith(("www.", "mailto:")):
        raise Refused("This is a web address, not a join code.", "", then)


# --- groups of characters -------------------------------------------------------------------------


def _groups(content: bytes) -> Iterator[str]:
    letters = _letters(content)
    for place, at in enumerate(range(0, len(letters), _GROUP - 1)):
        part = letters[at : at + _GROUP - 1]
        yield part + _check(part, place)


def _check(part: str, place: int) -> str:
    # The place counts too: two groups in each other's place are a slip like any other.
    return luhn.calc_check_digit(ALPHABET[place % len(ALPHABET)] + part, alphabet=ALPHABET)


def _data(letters: str) -> str:
    """The letters without the checks. Refused at the first group that has a slip."""
    found: list[str] = []
    for place, at in enumerate(range(0, len(letters), _GROUP)):
        group = letters[at : at + _GROUP]
        part = group[:-1]
        if not part or _check(part, place) != group[-1]:
            if len(group) < _GROUP:
                raise _incomplete()
            raise Refused(
                f"Group {place + 1} of the join code, {group}, is not as it was shown.",
                "Nothing was sent.", "Look at that group again.",
            )  # fmt: skip
        found.append(part)
    return "".join(found)


def _incomplete() -> Refused:
    return Refused(
        "The join code is not complete: something is missing at its end.", "Nothing was sent.",
        "Type the rest of it, or scan it again.",
    )  # fmt: skip


def _wrong() -> Refused:
    return Refused(
        "The join code is not as it was shown.", "Nothing was sent.",
        "Compare it group by group, or scan it.",
    )  # fmt: skip


def _letters(content: bytes) -> str:
    size = -(-len(content) * 8 // 5)
    number = int.from_bytes(content, "big") << size * 5 - len(content) * 8
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(size - 1, -1, -1))


def _bytes(letters: str) -> bytes:
    number = 0
    for letter in letters:
        number = number << 5 | ALPHABET.index(letter)
    whole = len(letters) * 5 // 8
    return (number >> len(letters) * 5 - whole * 8).to_bytes(whole, "big")


# --- the bytes inside -----------------------------------------------------------------------------


def _pack(code: JoinCode) -> bytes:
    parts = [bytes([len(code.addresses)])]
    for address in code.addresses:
        try:
            parts.append(b"\0" + IPv4Address(address).packed)
        except AddressValueError:
            parts.append(_named(address))
    parts.append(code.port.to_bytes(2, "big"))
    parts.append(_named("" if code.database == usual_database(code.tag) else code.database))
    minutes = 0 if code.until is None else -(-(code.until - _EPOCH) // _MINUTE)
    parts += [
        code.fingerprint, _number(code.tag).to_bytes(3, "big"), bytes.fromhex(code.suffix),
        _bytes(code.secret), max(0, minutes).to_bytes(3, "big"),
    ]  # fmt: skip
    content = b"".join(parts)
    return content + binascii.crc_hqx(content, 0).to_bytes(2, "big")


def _named(words: str) -> bytes:
    return bytes([len(words.encode())]) + words.encode()


def _number(letters: str) -> int:
    return sum(ALPHABET.index(c) << 5 * place for place, c in enumerate(reversed(letters)))


class _Reading:
    """Bytes taken one part after another. Refused where they end too early."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def take(self, size: int) -> bytes:
        self._at += size
        if self._at > len(self._content):
            raise _incomplete()
        return self._content[self._at - size : self._at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def words(self) -> str:
        return self.take(self.number(1)).decode("utf-8")

    def address(self) -> str:
        size = self.number(1)
        return self.take(size).decode("ascii") if size else str(IPv4Address(self.take(4)))

    @property
    def rest(self) -> int:
        return len(self._content) - self._at


def _unpack(content: bytes) -> JoinCode:
    reading = _Reading(content)
    try:
        addresses = tuple(reading.address() for _ in range(reading.number(1)))
        port, database = reading.number(2), reading.words()
        fingerprint, number = reading.take(32), reading.number(3)
        suffix, secret = reading.take(4).hex(), make_secret(reading.take(10))
        minutes = reading.number(3)
        summed = content[: len(content) - reading.rest]
        if reading.number(2) != binascii.crc_hqx(summed, 0) or reading.rest or number >> 20:
            raise _wrong()
        tag = "".join(ALPHABET[number >> 5 * place & 31] for place in range(TAG_LENGTH - 1, -1, -1))
        until = _EPOCH + minutes * _MINUTE if minutes else None
        return JoinCode(
            addresses,
            port,
            database or usual_database(tag),
            fingerprint,
            tag,
            suffix,
            secret,
            until,
        )
    except ValueError:  # text that is none, or values that no code holds
        raise _wrong() from None
