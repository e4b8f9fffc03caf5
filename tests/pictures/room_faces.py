"""Every face of the room display, at the sizes of projectors: pictures to look at.

    QT_QPA_PLATFORM=offscreen python -m tests.pictures.room_faces FOLDER [1920x1080 …]

Every person is invented.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.hands import Count, Moment
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.rehearsal import SampleDay
from facilitator.sample import make_sample_event
from facilitator.services.room_display import Face, NameAtTable, RoomPicture, TableInRoom
from ui.room.show import RoomShow
from ui.room.view import RoomView
from ui.theme import ThemeKeeper

USUAL = ("1920x1080", "3840x2160", "1920x1200", "1280x800", "1024x768")


class Camera:
    """Takes each face at each size."""

    def __init__(self, folder: Path, sizes: list[QSize], app: EventApp, clocks: HandClocks) -> None:
        self._folder, self._sizes, self._app, self._clocks = folder, sizes, app, clocks

    def take(
        self,
        name: str,
        picture: RoomPicture | None = None,
        *,
        light: NameAtTable | None = None,
        turn: int = 0,
    ) -> None:
        """What the room sees now, or `picture`."""
        for size in self._sizes:
            show = RoomShow(self._clocks)
            show.set_shape(size)
            show.set_picture(picture or self._app.room.picture())
            show.turn_by(turn)
            if light is not None:
                show.light(light)
            view = RoomView(show)
            view.resize(size)
            view.grab().save(str(self._folder / f"{name}-{size.width()}x{size.height()}.png"))
            show.end()
            view.deleteLater()


def main(folder: Path, sizes: list[QSize]) -> None:
    """All of them into `folder`."""
    application = QApplication([])
    ThemeKeeper(application, "light")
    folder.mkdir(parents=True, exist_ok=True)
    clocks = HandClocks(datetime(2026, 11, 18, 8, 15, tzinfo=UTC))
    with tempfile.TemporaryDirectory() as place:
        app = make_sample_event(
            Path(place) / "room.facilitator", attendees=120, clocks=clocks,
            held_on=date(2026, 11, 18),
        )  # fmt: skip
        day = SampleDay(app, clocks, 1)
        day.publish()
        day.mix()
        camera = Camera(folder, sizes, app, clocks)
        tables(app, camera)
        the_clock(app, camera, clocks)
        words(app, camera)
        app.close()


def tables(app: EventApp, camera: Camera) -> None:
    """Welcome, the list, the plan and the call to move."""
    app.room.show(Face.WELCOME)
    camera.take("welcome")
    app.room.show(Face.FIND)
    camera.take("find")
    found = app.room.picture()
    camera.take("find-lit", found, light=found.names[40])
    one, other = found.names[3].person, found.names[20].person
    assert one is not None
    assert other is not None
    app.seating.swap(one, other, 1)
    camera.take("find-new-tables")
    families = ("Abdullahi-Montgomery-Fitzwilliam", "Çelik", "Dobrowolska", "Featherstonehaugh")
    many = tuple(
        NameAtTable(f"{families[n % 4]}", f"Ana {n}", str(n % 75 + 1), UUID(int=n))
        for n in sorted(range(600), key=lambda n: families[n % 4].replace("Ç", "C"))
    )
    camera.take("find-600", replace(found, names=many), turn=5)
    app.room.show(Face.PLAN)
    plan = app.room.picture()
    camera.take("plan", plan)
    camera.take("plan-lit", plan, light=plan.names[40])
    more = tuple(TableInRoom(str(n + 1), (4, 4, n % 3)) for n in range(45))
    camera.take("plan-45", replace(plan, tables=more), turn=1)
    app.room.show(Face.MOVE)
    camera.take("move")


def the_clock(app: EventApp, camera: Camera, clocks: HandClocks) -> None:
    """The clock in every phase, with and without a line, and a break."""
    clocks.advance(5400)
    app.programme.start()
    app.room.show(Face.CLOCK)
    camera.take("clock-calm")
    app.room.set_line("Lunch is in the garden today, and the fire alarm will be tested at 13:00.")
    camera.take("clock-line")
    app.room.set_line("")
    clocks.advance(app.programme.state().board.state.remaining - 299)
    camera.take("clock-warning")
    clocks.advance(299 - 58)
    camera.take("clock-danger")
    app.programme.pause()
    camera.take("clock-paused")
    app.programme.resume()
    clocks.advance(58 + 130)
    camera.take("clock-finishing")
    app.event.set(red_clock=True)
    camera.take("clock-over")
    app.programme.next()
    clocks.advance(60)
    app.room.show(Face.BREAK)
    camera.take("break")


def words(app: EventApp, camera: Camera) -> None:
    """A myth as it is discussed, and messages."""
    sides = app.event.get().sides
    claim = NoteContent(text="GPs never read what we send")
    note = app.notes.capture(uuid4(), NoteKind.MYTH, claim).note
    app.room.show(Face.MYTH, note_id=note.id)
    camera.take("myth-claim")
    app.hands.show(note.id, Moment.BEFORE,
                   {sides.first.key: Count(31, 44), sides.second.key: Count(27, 46)})  # fmt: skip
    camera.take("myth-before")
    long = NoteContent(
        text="Pharmacists only count tablets and never ring before they send somebody back to the "
        "surgery with a query about a prescription that was perfectly clear in the first place",
        reality="Pharmacists check interactions, doses and dates before anything leaves the "
        "counter; most queries are about safety, and most are settled in one short call",
    )
    note = app.notes.capture(uuid4(), NoteKind.MYTH, long).note
    for moment, raised in ((Moment.BEFORE, (31, 27, 4)), (Moment.AFTER, (12, 9, 2))):
        counts = {s.key: Count(r, 46) for s, r in zip(sides, raised, strict=True)}
        app.hands.show(note.id, moment, counts)
    app.room.show(Face.MYTH, note_id=note.id)
    camera.take("myth-three-sides")
    app.room.show(Face.MESSAGE, message="Lunch is in the garden. Please be back at 13:30.")
    camera.take("message")
    app.room.show(Face.MESSAGE, message=("Please take your coats and bags with you. " * 6)[:240])
    camera.take("message-long")
    app.room.show(Face.BLACK)
    camera.take("black")


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        [QSize(*map(int, size.split("x"))) for size in sys.argv[2:] or USUAL],
    )
