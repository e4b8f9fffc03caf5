"""What the room display shows at this moment: one hand that turns the pages for every view of it.

The projector's window and the small copy on the laptop paint the same `RoomShow`, so that they
cannot drift apart. Nothing counts down: each beat asks how things stand now.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal, Slot

from facilitator.clocks import Clocks
from facilitator.domain.board import Board
from facilitator.domain.clock_facts import Moment
from facilitator.domain.session_clock import Status
from facilitator.services.room_display import Face, NameAtTable, RoomPicture, TableInRoom
from ui.kit import motion_ms
from ui.room.sheet import WIDE, Sheet

#: how long a page stands, in seconds
PAGE_SECONDS = 10
#: how long somebody's table stays lit, and how long of that it pulses, in seconds
LIT_SECONDS, PULSE_SECONDS = 15.0, 5.0
COLUMNS = 3
#: the list: a row's height, what the head takes, and what the foot takes
ROW, LIST_TOP, LIST_FOOT = 68, 256, 140
#: the most tables on a page of the plan that is 1,080 high
TABLES = 18
#: the longest between two beats, in milliseconds
_BEAT_MS = 250
_PULSE_MS = 40

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Flash:
    """Somebody whose table is lit. `light` runs from 0 to 1 while it pulses, and is 1 after."""

    person: UUID | None
    name: str
    table: str
    light: float = 1.0


@dataclass(frozen=True, slots=True)
class Sight:
    """One moment of the room display. `version` changes with each new picture."""

    picture: RoomPicture
    board: Board
    now: datetime
    sheet: Sheet = WIDE
    page: int = 0
    page_left: int = PAGE_SECONDS
    flash: Flash | None = None
    version: int = 0


class RoomShow(QObject):
    """The picture, the page that stands, and whose table is lit.

    Signals:
        moved(): something may look different now.
        shaped(): the sheet has another shape.
    """

    moved = Signal()
    shaped = Signal()

    def __init__(
        self,
        clocks: Clocks,
        parent: QObject | None = None,
        *,
        motion: Callable[[], int] = motion_ms,
    ) -> None:
        """`motion` tells how long a motion may take; 0 where nothing is to move."""
        super().__init__(parent)
        self._clocks, self._motion = clocks, motion
        self._picture: RoomPicture | None = None
        self._sheet = WIDE
        self._version = 0
        self._page = 0
        self._page_since = clocks.steady()
        self._flash: tuple[Flash, float] | None = None
        self._beat = QTimer(self)
        self._beat.setSingleShot(True)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self.tick)

    # -- properties -----------------------------------------------------------------------------

    @property
    def picture(self) -> RoomPicture | None:
        """What it shows; None before anything was chosen."""
        return self._picture

    @property
    def sheet(self) -> Sheet:
        """The shape of the picture on the wall."""
        return self._sheet

    @property
    def page(self) -> int:
        """Which page of names or of tables stands, from 0."""
        return self._page

    @property
    def pages(self) -> int:
        """How many pages there are."""
        picture = self._picture
        if picture is None:
            return 1
        if picture.shown.face is Face.FIND:
            return len(pages(picture.names, self._sheet))
        if picture.shown.face is Face.PLAN:
            return len(table_pages(picture.tables, self._sheet))
        return 1

    @property
    def flashed(self) -> Flash | None:
        """Whose table is lit now."""
        if self._flash is None:
            return None
        flash, since = self._flash
        gone = self._clocks.steady() - since
        if not 0 <= gone < LIT_SECONDS:
            return None
        if gone >= PULSE_SECONDS or not self._motion():
            return flash
        light = 0.5 + 0.5 * math.cos(2 * math.pi * gone)
        return Flash(flash.person, flash.name, flash.table, round(light, 2))

    # -- public ---------------------------------------------------------------------------------

    def set_picture(self, picture: RoomPicture) -> None:
        """Another picture; the pages begin again where the face or the round changed."""
        before = self._picture
        self._picture = picture
        self._version += 1
        if before is None or (before.shown.face, before.round_number) != (
            picture.shown.face, picture.round_number,
        ):  # fmt: skip
            self._flash = None
            self.turn_to(0)
        elif before.is_held and not picture.is_held:
            # Let go of, the page stands for its usual time.
            self._page_since = self._clocks.steady()
        self._page = min(self._page, self.pages - 1)
        self.tick()

    def set_shape(self, size: QSize) -> None:
        """The projector has that shape."""
        sheet = Sheet.of(size)
        if sheet != self._sheet:
            self._sheet = sheet
            self._page = min(self._page, self.pages - 1)
            self.shaped.emit()
            self.moved.emit()

    def turn_to(self, page: int) -> None:
        """Another page, which then stands for its whole time."""
        self._page, self._page_since = page, self._clocks.steady()
        self.moved.emit()

    def turn_by(self, pages: int) -> None:
        """Some pages on, or back; after the last comes the first."""
        self.turn_to((self._page + pages) % self.pages)

    def light(self, name: NameAtTable) -> bool:
        """Turn to somebody and light their line, or their table in the plan; whether they are
        on the face that is shown."""
        picture = self._picture
        page = None
        if picture is not None and picture.shown.face is Face.FIND:
            page = _page_with(pages(picture.names, self._sheet), name)
        elif picture is not None and picture.shown.face is Face.PLAN:
            for number, tables in enumerate(table_pages(picture.tables, self._sheet)):
                if any(table.label == name.table for table in tables):
                    page = number
        if page is None:
            return False
        self._flash = (Flash(name.person, name.name, name.table), self._clocks.steady())
        self.turn_to(page)
        self.tick()
        return True

    def sight(self) -> Sight | None:
        """How things stand now; None before anything was chosen."""
        picture = self._picture
        if picture is None:
            return None
        moment = Moment(self._clocks.now(), self._clocks.steady(), self._clocks.boot())
        left = PAGE_SECONDS - int(self._clocks.steady() - self._page_since)
        return Sight(
            picture, picture.programme.at(moment), moment.wall, self._sheet, self._page,
            max(left, 0), self.flashed, self._version,
        )  # fmt: skip

    def end(self) -> None:
        """No more beats."""
        self._beat.stop()

    @Slot()
    def tick(self) -> None:
        """A beat: turns the page when its time is over, and lets the views look again."""
        picture = self._picture
        if picture is None:
            return
        flash = self.flashed
        if self._flash is not None and flash is None:
            # Its page then stands for its usual time: the reader is still walking up.
            self._flash, self._page_since = None, self._clocks.steady()
        over = self._clocks.steady() - self._page_since >= PAGE_SECONDS
        if over and flash is None and not picture.is_held and self.pages > 1:
            self.turn_by(1)
        else:
            self.moved.emit()
        self._beat.start(self._next_beat(flash))

    # -- internal -------------------------------------------------------------------------------

    def _next_beat(self, flash: Flash | None) -> int:
        """Milliseconds to the next beat: seconds change when they change, and not a beat later."""
        if self._flash is not None and flash is not None and self._motion():
            gone = self._clocks.steady() - self._flash[1]
            if gone < PULSE_SECONDS:
                return _PULSE_MS
        sight = self.sight()
        if sight is None or sight.board.state.status is not Status.RUNNING:
            # Nothing counts: only the time of day moves on.
            return _BEAT_MS
        remaining = sight.board.state.remaining
        to_second = int((remaining - math.floor(remaining)) * 1000) + 2
        return max(min(to_second, _BEAT_MS), 15)


def pages(names: tuple[NameAtTable, ...], sheet: Sheet = WIDE) -> list[tuple[NameAtTable, ...]]:
    """The names by page, as many pages as are needed and each as full as the others."""
    return _even(names, COLUMNS * ((sheet.height - LIST_TOP - LIST_FOOT) // ROW))


def table_pages(
    tables: tuple[TableInRoom, ...], sheet: Sheet = WIDE
) -> list[tuple[TableInRoom, ...]]:
    """The tables by page."""
    return _even(tables, TABLES + (6 if sheet.more >= 240 else 0))


def _even(things: tuple[_T, ...], most: int) -> list[tuple[_T, ...]]:
    count = max(1, -(-len(things) // most))
    each = -(-len(things) // count)
    return [things[at : at + each] for at in range(0, len(things), each)] if each else [()]


def _page_with(found: list[tuple[NameAtTable, ...]], name: NameAtTable) -> int | None:
    for number, page in enumerate(found):
        if any(one.person == name.person and one.name == name.name for one in page):
            return number
    return None
