"""What a write touched, so that a screen can decide whether to read again."""

from __future__ import annotations

from enum import Flag, auto


class Changes(Flag):
    """Areas of an event. Every service call that writes returns those it touched."""

    NONE = 0
    EVENT = auto()
    PEOPLE = auto()
    ARRIVALS = auto()
    SEATS = auto()
    WISHES = auto()
    PROGRAMME = auto()
    CLOCK = auto()
    NOTES = auto()
    ROOM = auto()
    SCANS = auto()
    ANSWERS = auto()
    BADGES = auto()
    ALL = (
        EVENT | PEOPLE | ARRIVALS | SEATS | WISHES | PROGRAMME | CLOCK | NOTES | ROOM | SCANS
        | ANSWERS | BADGES
    )  # fmt: skip
