"""The Desk in each verdict, light and dark, at three sizes: pictures to look at.

    QT_QPA_PLATFORM=offscreen python -m tests.pictures.desk_verdicts FOLDER [SIZE…] [STATE…]

SIZE is laptop, large or half; without any, all of them. Every person and every code is invented.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.domain.people import Person
from facilitator.domain.questions import QuestionKind
from facilitator.domain.ticket import make_ticket
from facilitator.services.checkin import At
from facilitator.services.events import NewEvent
from tests.people import add_person
from ui.application import build_window
from ui.screens.desk import DeskScreen
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

SIZES = {"laptop": (1366, 768), "large": (1920, 1080), "half": (960, 540)}
LONG = "Dr Oluwaseun Anthony Adébáyò-Featherstonehaugh-Wolfeschlegelsteinhausen"
EVERYTHING = {
    "organisation": "Addiscombe, Shirley and Monks Orchard Pharmacies and Travel Clinics",
    "job_title": "Superintendent pharmacist and independent prescriber",
    "borough": "Kensington and Chelsea", "access": "Step-free seat near the door, hearing loop",
    "attention": "Speaking at 10:20: please find Amina by the stage", "vip": True,
    "diet": "No nuts, no gluten, no dairy", "front_line": True, "tray": "Box 2, 37",
    "said": "oh-loo-wah-SHAY-oon",
}  # fmt: skip
SHORT = {
    "organisation": "Denmark Hill Group Practice", "job_title": "GP partner",
    "borough": "Lambeth", "front_line": True,
}  # fmt: skip


class Stage:
    """An event, its window, and what is scanned."""

    def __init__(self, folder: Path) -> None:
        self.clocks = HandClocks(datetime(2026, 11, 18, 9, 12, 4, tzinfo=UTC))
        new = NewEvent("South London GP and Pharmacy Day", date(2026, 11, 18), tables=12, seats=8)
        self.app: EventApp = create_event(folder / "day.facilitator", new, self.clocks)
        self.app.event.set(call="Amina")
        self.app.event.edit(third_side="Guests")
        settings = LaptopSettings(folder / "s.json")
        settings.set(operator="AB")
        self.made = build_window(self.app, settings, self.clocks)
        self.window = self.made.window
        self.window.show()
        self.window.activateWindow()
        self.window.show_place("desk")
        self.settle()
        desk = self.window.current
        assert isinstance(desk, DeskScreen)
        self.desk = desk
        desk.field.setFocus()

    def settle(self) -> None:
        """Lets all reading end and all painting be done."""
        for _ in range(4):
            loop = QEventLoop()
            QTimer.singleShot(0, loop.quit)
            loop.exec()
            self.made.database.settle()
            self.made.heavy.settle()

    def scan(self, code: str) -> None:
        """A scan, at this desk."""
        self.desk._judge(code, "scan")
        self.settle()

    def seated(self, name: str = LONG, side: str = "community-pharmacy", **more: object) -> Person:
        """Somebody on the list who has a seat at table 12."""
        found = self.person(name, side, **more)
        self.app.seating.move(found.id, 1, "12")
        return found

    def person(self, name: str = LONG, side: str = "community-pharmacy", **more: object) -> Person:
        """Somebody on the list."""
        return add_person(self.app, name, side, **more)  # type: ignore[arg-type]


def welcome(stage: Stage) -> None:
    stage.scan(stage.seated("Dr Hannah Whitcombe", "general-practice", **SHORT).ticket)


def welcome_everything(stage: Stage) -> None:
    stage.scan(stage.seated(**EVERYTHING).ticket)


def welcome_held(stage: Stage) -> None:
    stage.scan(stage.seated(**EVERYTHING).ticket)
    stage.desk.card.hold(True)


def welcome_guest(stage: Stage) -> None:
    stage.scan(stage.person("Sadia Malik", "other").ticket)


def no_table(stage: Stage) -> None:
    stage.scan(stage.seated("Dr Hannah Whitcombe", "general-practice", **SHORT).ticket)
    stage.scan(stage.person(**EVERYTHING).ticket)


def welcome_back(stage: Stage) -> None:
    person = stage.seated("Dr Callum Ó Briain", "general-practice", **SHORT)
    stage.scan(person.ticket)
    stage.app.checkin.leave(person.id, At("Desk 2"))
    stage.clocks.advance(600)
    stage.scan(person.ticket)


def twice(stage: Stage) -> None:
    person = stage.seated("Dr Priya Raman", "general-practice", **SHORT)
    stage.scan(person.ticket)
    stage.clocks.advance(4)
    stage.scan(person.ticket)


def already_here(stage: Stage) -> None:
    person = stage.seated(**EVERYTHING)
    stage.app.checkin.scan(person.ticket, At("Desk 1"))
    stage.clocks.advance(21 * 60)
    stage.scan(person.ticket)


def cancelled(stage: Stage) -> None:
    stage.scan(stage.person(**EVERYTHING, cancelled=True).ticket)


def other_event(stage: Stage) -> None:
    stage.scan(make_ticket("ZZZZ", bytes(range(10))))


def misread(stage: Stage) -> None:
    ticket = stage.person().ticket
    stage.scan(ticket[:-3] + ("A" if ticket[-3] != "A" else "B") + ticket[-2:])


def unknown(stage: Stage) -> None:
    stage.scan("1002938475610029384756")


def ambiguous(stage: Stage) -> None:
    for name, more in ((LONG, EVERYTHING), ("Ann Smith", SHORT), ("Tom Smith", {})):
        stage.person(name, codes=("100293",), **more)
    stage.scan("100293")
    stage.desk.card.step(1)


def last(stage: Stage) -> None:
    stage.scan(stage.seated(**EVERYTHING).ticket)
    stage.clocks.advance(20)
    stage.desk.card.shrink()


def question(stage: Stage) -> None:
    stage.app.questions.add(QuestionKind.PHOTO)
    stage.made.around.bus.publish(stage.app.event.set(call="Amina").changes)
    stage.settle()
    stage.scan(stage.seated(**EVERYTHING).ticket)


def question_of_six(stage: Stage) -> None:
    stage.app.questions.add(
        QuestionKind.CHOICE, "Which lunch shall we keep for you?",
        ["Vegetarian", "Vegan", "Halal meat", "Fish and salad, no dressing", "Soup", "None today"],
    )  # fmt: skip
    stage.made.around.bus.publish(stage.app.event.set(call="Amina").changes)
    stage.settle()
    stage.scan(stage.seated(**EVERYTHING).ticket)


def answered(stage: Stage) -> None:
    question(stage)
    assert stage.desk.asking is not None
    stage.desk.asking.answer(1)
    stage.settle()


def undo(stage: Stage) -> None:
    person = stage.person(**EVERYTHING)
    stage.scan(person.ticket)
    stage.clocks.advance(130)
    stage.desk.persons.ask_undo(stage.app.people.get(person.id))


def history(stage: Stage) -> None:
    person = stage.person(**EVERYTHING)
    at = At("Desk 2", "CD")
    stage.scan(person.ticket)
    stage.clocks.advance(60)
    stage.app.checkin.undo(person.id, at, reason="Wrong person")
    stage.clocks.advance(60)
    stage.scan(person.ticket)
    stage.clocks.advance(60)
    lunch = stage.app.questions.add(QuestionKind.CHOICE, "Lunch?", ["Soup", "Pie"]).question
    stage.app.questions.answer(person.id, lunch.id, "Soup", at)
    stage.app.people.edit(person.id, {"diet": "Vegan"}, by="CD")
    stage.desk.show_history()


def operator(stage: Stage) -> None:
    stage.desk.show_tool(stage.desk.operator)


STATES: tuple[Callable[[Stage], None], ...] = (
    welcome, welcome_everything, welcome_held, welcome_guest, no_table, welcome_back, twice,
    already_here, cancelled, other_event, misread, unknown, ambiguous, last, question,
    question_of_six, answered, undo, history, operator,
)  # fmt: skip


def main(arguments: list[str]) -> None:
    """Makes the pictures."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    sizes = [one for one in arguments[1:] if one in SIZES] or list(SIZES)
    states = [one for one in STATES if one.__name__ in arguments[1:]] or list(STATES)
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    themes = ThemeKeeper(application, "light")
    for state in states:
        with tempfile.TemporaryDirectory() as place:
            stage = Stage(Path(place))
            state(stage)
            for size in sizes:
                stage.window.resize(*SIZES[size])
                for theme in ("light", "dark"):
                    themes.choose(theme)
                    stage.settle()
                    name = f"{state.__name__.replace('_', '-')}-{size}-{theme}.png"
                    stage.window.grab().save(str(folder / name))
                    print(folder / name)
            stage.window.close()
            stage.settle()


if __name__ == "__main__":
    main(sys.argv[1:])
