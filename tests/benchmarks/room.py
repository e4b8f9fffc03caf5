"""What a frame of the room display costs, face by face, against an empty window of the same size.

Run by hand: python tests/benchmarks/room.py [frames]. Three costs of `paintEvent` in milliseconds,
median and 99th percentile: anew (the face has just changed: everything is painted), again (the
whole window must be painted, nothing changed) and a beat (one second of the clock or of the page
passed: only what changed). The empty window fills itself with one colour. The time is the thread's
own, so that what else the machine does does not count.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.hands import Count, Moment
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.sample import make_sample_event
from facilitator.services.room_display import Face, NameAtTable, RoomPicture, TableInRoom
from ui.room.show import RoomShow
from ui.room.view import RoomView
from ui.theme import ThemeKeeper

SIZES = ((1920, 1080), (3840, 2160), (1024, 768))
#: what a frame may take at 1080p
BUDGET_MS = 16.0


class Empty(QWidget):
    """A window with nothing in it."""

    def __init__(self) -> None:
        super().__init__()
        self.took: list[float] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        began = time.thread_time()
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor("#0B1F33"))
        painter.end()
        self.took.append((time.thread_time() - began) * 1000)


class Timed(RoomView):
    """The room's view with a watch on it."""

    def __init__(self, show: RoomShow) -> None:
        super().__init__(show)
        self.took: list[float] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        began = time.thread_time()
        super().paintEvent(event)
        self.took.append((time.thread_time() - began) * 1000)

    def forget(self) -> None:
        """The next frame paints everything."""
        self._still_key = None


def main(frames: int) -> int:
    """Print the table; 1 where a frame at 1080p took longer than its budget."""
    application = QApplication([])
    ThemeKeeper(application, "light")
    clocks = HandClocks(datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
    over = 0
    with tempfile.TemporaryDirectory() as folder:
        app = make_sample_event(
            Path(folder) / "room.facilitator", attendees=120, clocks=clocks,
            held_on=date(2026, 11, 18),
        )  # fmt: skip
        pictures = list(faces(app))
        for width, height in SIZES:
            print(f"{width}x{height}: milliseconds a frame, median / 99th percentile")
            empty = Empty()
            with shown(empty, width, height):
                print(f"  {'an empty window':24}{cell(measured(empty, frames, empty.repaint))}")
            for name, picture in pictures:
                over += row(name, picture, clocks, (width, height), frames)
        app.close()
    print("All within 16 ms at 1080p." if not over else f"{over} over 16 ms at 1080p.")
    return min(over, 1)


def row(
    name: str, picture: RoomPicture, clocks: HandClocks, size: tuple[int, int], frames: int
) -> int:
    """One face at one size."""
    show = RoomShow(clocks)
    show.set_shape(QSize(*size))
    show.set_picture(picture)
    view = Timed(show)

    def anew() -> None:
        view.forget()
        view.repaint()

    def beat() -> None:
        clocks.advance(0.25)
        show.tick()
        QApplication.processEvents()

    with shown(view, *size):
        first = measured(view, frames, anew)
        again = measured(view, frames, view.repaint)
        beats = measured(view, frames * 4, beat)
    show.end()
    print(f"  {name:24}{cell(first)}{cell(again)}{cell(beats) if beats else '':>18}")
    return sum(p99(found) > BUDGET_MS for found in (first, again, beats) if size == SIZES[0])


def faces(app: EventApp) -> Iterator[tuple[str, RoomPicture]]:
    """Every face at its fullest: 600 names, 40 tables, a myth with three sides."""
    note = app.notes.capture(
        uuid4(), NoteKind.MYTH,
        NoteContent(text="GPs never read what we send", reality="Letters are read in two days"),
    ).note  # fmt: skip
    for moment, raised in ((Moment.BEFORE, 31), (Moment.AFTER, 9)):
        app.hands.show(note.id, moment, {s.key: Count(raised, 46) for s in app.event.get().sides})
    app.room.show(Face.MYTH, note_id=note.id)
    app.programme.start()
    app.room.set_line("Lunch is in the garden")
    names = tuple(
        NameAtTable(f"Featherstone{n:03}", "Oluwaseun", str(n % 75 + 1), UUID(int=n))
        for n in range(600)
    )
    tables = tuple(TableInRoom(str(n + 1), (4, 4, 1)) for n in range(40))
    for face in Face:
        app.room.show(face, message="Lunch is in the garden. Please be back at 13:30.")
        picture = app.room.picture()
        if face.is_of_a_round:
            picture = replace(picture, names=names, tables=tables)
        yield face.words, picture


@contextmanager
def shown(widget: QWidget, width: int, height: int) -> Iterator[None]:
    """A window in sight, so that its updates are painted."""
    widget.resize(width, height)
    widget.show()
    QApplication.processEvents()
    yield
    widget.close()
    widget.deleteLater()


def measured(widget: Empty | Timed, frames: int, act: Callable[[], None]) -> list[float]:
    """The milliseconds of each frame that `act` brings about."""
    act()
    widget.took.clear()
    for _ in range(frames):
        act()
    return list(widget.took)


def p99(found: list[float]) -> float:
    """The 99th percentile, 0 of nothing."""
    return sorted(found)[max(0, round(len(found) * 0.99) - 1)] if found else 0.0


def cell(found: list[float]) -> str:
    """ "1.2 / 3.4"."""
    return f"{statistics.median(found):>8.2f} /{p99(found):>6.2f}" if found else ""


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
