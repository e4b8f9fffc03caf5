"""The settings of one event, as one frozen value, kept key by key."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from sqlmodel import Session, col, select

from facilitator.store.rows import SettingRow


@dataclass(frozen=True, slots=True)
class Settings:
    """What organisers set for this event (the laptop's own settings are the window's)."""

    #: all | first | none: which rounds' tables a badge carries
    badge_tables: str = "all"
    #: the badges' layout
    badge_layout: str = "a6"
    #: the first name of whom the desk calls; empty says "the organiser"
    call: str = ""
    #: what the room display shows: {"face": "welcome", …}
    room: Any = None
    #: themes that notes can be tagged with
    themes: tuple[str, ...] = ("competition", "communication", "capacity")
    #: aims of the event, a foreword: kept when the report is made again
    foreword: str = ""
    aims: str = ""
    #: the note that the report quotes with consent, and its words then: {"note": "…", "words": "…"}
    quote: Any = None
    #: by when personal data is to be removed, as an ISO date
    keep_until: str = ""
    #: salted hash of the PIN that locks the Desk
    desk_pin: str = ""
    #: wrong PINs in a row, and when the last was: {"wrong": 2, "at": "…"}
    desk_tries: Any = None
    #: whether the room may see the red clock in overtime, else it reads "Finishing"
    red_clock: bool = False
    #: the programme is published: its times are pinned
    published: bool = False
    #: the event's own wording of the ticket mail
    ticket_mail: str = ""
    #: the event's own wording of the thank-you mail
    thanks_mail: str = ""
    #: facts of another copy were taken over: more than one authority decided here
    merged: bool = False


_NAMES = {field.name for field in fields(Settings)}
_TUPLES = {"themes"}


#: how sentences call what is set for an event, where it can be set at two laptops
_SET_WORDS = {
    "name": "the name", "held_on": "the date", "venue": "the venue",
    "third_side": "the name of the third side", "call": "the name of whom the Desk calls",
    "keep_until": "the date by which personal data is removed", "themes": "the list of themes",
    "aims": "the text of the aims", "foreword": "the foreword",
    "badge_tables": "which tables a badge carries", "badge_layout": "the badges' layout",
    "quote": "the quotation of the report", "desk_pin": "the Desk's PIN",
    "red_clock": "whether the room sees the red clock",
    "ticket_mail": "the text of the ticket mail", "thanks_mail": "the text of the thank-you mail",
}  # fmt: skip


def set_words(key: str) -> str:
    """How a sentence calls what is set under `key`, or a field of the event."""
    return _SET_WORDS.get(key, key.replace("_", " "))


def read_settings(session: Session) -> Settings:
    """The settings as they stand; what was never set has its default."""
    found = session.exec(select(SettingRow)).all()
    values = {row.key: row.value for row in found if row.key in _NAMES}
    return replace(Settings(), **{k: tuple(v) if k in _TUPLES else v for k, v in values.items()})


def write_setting(session: Session, key: str, value: Any) -> None:
    """Keep one setting."""
    if key not in _NAMES:
        raise KeyError(key)
    stored = list(value) if isinstance(value, tuple) else value
    row = session.exec(select(SettingRow).where(col(SettingRow.key) == key)).first()
    if row is None:
        session.add(SettingRow(key=key, value=stored))
    else:
        row.value = stored
        session.add(row)
