"""Somebody else changed what is being edited, in Notes, People, the Programme and This event:
pictures to look at.

    QT_QPA_PLATFORM=offscreen python -m tests.pictures.changed_meanwhile TO [1366x768 …] [--dark]

Every person is invented.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.domain.ids import new_id
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.sample import make_sample_event
from tests.pictures.programme import settle
from ui.application import Composition, build_window
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

LONG = (
    "Practices read every letter that a pharmacy sends within two working days, and answer those "
    "that ask something; what takes longer is the answer of the hospital that both wait for."
)

Play = Callable[[EventApp, Composition], None]


def screen_of(composition: Composition, key: str) -> Any:
    """A screen, in sight and read."""
    composition.window.show_place(key)
    settle(composition)
    return composition.window.screen_of(key)


def notes(app: EventApp, composition: Composition) -> None:
    """The note that is open, and then one that was left for the next."""
    screen = screen_of(composition, "notes")
    content = NoteContent("GPs never read what pharmacies send them")
    note = app.notes.capture(new_id(), NoteKind.MYTH, content).note
    composition.bus.publish(Changes.NOTES)
    settle(composition)
    screen.open_note(note.id)
    settle(composition)
    screen.myth.reality.set_text(LONG.replace("two", "five"))
    app.notes.change(note.id, reality=LONG, evidence="Elm Road audit", operator="Door 2")
    screen.myth.evidence.set_text("An audit in Southwark")
    screen._keeper.keep()


def next_note(app: EventApp, composition: Composition) -> None:
    """Where somebody went on to the next note."""
    notes(app, composition)
    settle(composition)
    screen_of(composition, "notes").take_note()


def people(app: EventApp, composition: Composition) -> None:
    """A person's form."""
    screen = screen_of(composition, "people")
    screen.table.step(1)
    settle(composition)
    screen._begin_edit()
    person = screen.table.current
    screen.form.fields["organisation"].set_text("Elm Road Surgery and Health Centre, Southwark")
    app.people.edit(
        person.id, {"organisation": "Oak Road Surgery, Walworth and Bermondsey"}, by="Office"
    )
    screen.form.keep()


def programme(app: EventApp, composition: Composition) -> None:
    """A session's form."""
    screen = screen_of(composition, "programme")
    session = app.programme.state().programme.sessions[3]
    screen._open(session.id)
    screen.form.minutes.set_text("50")
    screen.form.speaker.set_text("Dr Priya Raman")
    app.programme.edit(session.id, minutes=40, speaker="Amina Yeboah-Williamson")
    screen.form._keep()


def this_event(app: EventApp, composition: Composition) -> None:
    """The page of the event."""
    screen = screen_of(composition, "event")
    screen.venue.set_text("The town hall")
    app.event.edit(venue="The Old Tram Depot, second floor")
    screen._kept["venue"].keep_now()


PLAYS: tuple[Play, ...] = (notes, next_note, people, programme, this_event)


def main(folder: Path, sizes: list[QSize], theme: str) -> None:
    """All of them into `folder`."""
    application = QApplication([])
    ThemeKeeper(application, theme)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        for play in PLAYS:
            for size in sizes:
                name = play.__name__.replace("_", "-")
                path = Path(place) / f"{name}-{size.width()}.facilitator"
                clocks = HandClocks(datetime(2026, 11, 18, 8, 50, tzinfo=UTC))
                app = make_sample_event(
                    path, attendees=60, clocks=clocks, held_on=date(2026, 11, 18)
                )
                settings = LaptopSettings(Path(place) / "settings.json")
                composition = build_window(app, settings, clocks, location=str(path))
                composition.window.resize(size)
                composition.window.show()
                settle(composition)
                play(app, composition)
                settle(composition)
                composition.window.message_bar.clear()
                settle(composition)
                target = folder / f"{name}-{size.width()}x{size.height()}-{theme}.png"
                composition.window.grab().save(str(target))
                composition.window.close()


if __name__ == "__main__":
    words = [word for word in sys.argv[2:] if word != "--dark"] or ["1366x768"]
    main(
        Path(sys.argv[1]),
        [QSize(*map(int, word.split("x"))) for word in words],
        "dark" if "--dark" in sys.argv else "light",
    )
