"""Badges at the Desk: printed once, in order, on any printer; what fails is shown and kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlmodel import select

from facilitator.app import EventApp, open_event
from facilitator.documents.badge_layouts import LAYOUTS
from facilitator.services.badge_queue import State, When
from facilitator.services.checkin import At
from facilitator.store.rows import DocumentFactRow
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.desk_room import app, tray
from tests.ui.paper_tray import PaperTray
from ui.badge_printers import SAVE_AS_PDF, BadgePrinters, SystemPrinters, usual_folder
from ui.kit import Message
from ui.printing import page_layout, print_pdf, why_not
from ui.screens.desk import DeskScreen
from ui.screens.desk_badges import DeskPrinting
from ui.screens.desk_printer import PrinterPage
from ui.screens.desk_printing import BadgeQueuePage
from ui.screens.screen import Surroundings

__all__ = ["app", "tray"]


class Desk:
    """A Desk with its two pages about badges, and what it said."""

    def __init__(self, around: Surroundings, app: EventApp, printers: BadgePrinters) -> None:
        self.around, self.app = around, app
        self.printing = DeskPrinting(around, app.badge_queue, printers)
        self.queue = BadgeQueuePage(around, app.event, app.badge_queue, self.printing)
        self.printer = PrinterPage(around, app.event, app.badges, printers)
        self.screen = DeskScreen(
            around, app.event, app.desk_reading, app.checkin, self.printing, app.desk_lock,
            [self.queue, self.printer],
        )  # fmt: skip
        self.said: list[Message] = []
        self.screen.said.connect(self.said.append)
        self.screen.resize(1126, 680)

    def open(self) -> None:
        self.screen.show()
        QApplication.processEvents()
        self.settle()
        self.screen.field.setFocus()

    def settle(self) -> None:
        """Everything that was asked for is done, and what that asked for."""
        while self.around.database.busy or self.around.heavy.busy:
            self.around.database.settle()
            self.around.heavy.settle()

    @property
    def last(self) -> Message:
        return self.said[-1]


Make = Callable[[BadgePrinters], Desk]


@pytest.fixture
def make(qtbot: QtBot, app: EventApp, around: Surroundings) -> Iterator[Make]:
    around.settings.set(badge_printer="Zebra", badge_paper="roll62", badge_when="first")
    made: list[Desk] = []

    def build(printers: BadgePrinters) -> Desk:
        desk = Desk(around, app, printers)
        qtbot.addWidget(desk.screen)
        made.append(desk)
        desk.open()
        return desk

    yield build
    for desk in made:
        desk.settle()


@pytest.fixture
def desk(make: Make, tray: PaperTray) -> Desk:
    return make(tray)


def scan(desk: Desk, hand: Hand, person) -> None:
    hand.scan(desk.screen.field, person.ticket)
    desk.settle()


# --- when a badge is printed ----------------------------------------------------------------------


def test_the_first_time_prints_once_and_not_after_coming_back(
    app: EventApp, desk: Desk, hand: Hand, tray: PaperTray
) -> None:
    priya = add_person(app, "Dr Priya Raman")
    scan(desk, hand, priya)
    assert [(sheet.printer, sheet.size) for sheet in tray.sheets] == [("Zebra", (62, 100))]
    app.checkin.undo(priya.id, At("Desk 1"))
    scan(desk, hand, priya)  # in again
    assert app.people.get(priya.id).is_here
    app.checkin.leave(priya.id, At("Desk 1"))
    scan(desk, hand, priya)  # and back after leaving
    assert len(tray.sheets) == 1
    assert not [said for said in desk.said if said.about == "badges"]


def test_every_time_prints_at_every_arrival_and_at_no_second_scan(
    app: EventApp, desk: Desk, hand: Hand, tray: PaperTray
) -> None:
    desk.around.settings.set(badge_when="always")
    priya = add_person(app, "Dr Priya Raman", tray="Box 2, 37")
    scan(desk, hand, priya)
    scan(desk, hand, priya)  # already here
    assert len(tray.sheets) == 1
    app.checkin.leave(priya.id, At("Desk 1"))
    scan(desk, hand, priya)
    assert len(tray.sheets) == 2


def test_never_prints_by_key_alone(app: EventApp, desk: Desk, hand: Hand, tray: PaperTray) -> None:
    desk.around.settings.set(badge_when="never")
    scan(desk, hand, add_person(app, "Dr Priya Raman"))
    assert tray.sheets == []
    desk.screen._print.click()
    desk.settle()
    assert len(tray.sheets) == 1
    assert desk.last.text == "The badge of Dr Priya Raman is at the printer Zebra."
    desk.screen._print.click()
    desk.settle()
    assert len(tray.sheets) == 2
    assert desk.last.text == "The badge of Dr Priya Raman was printed again, at Zebra."


def test_whoever_has_a_place_in_a_tray_has_a_badge(
    app: EventApp, desk: Desk, hand: Hand, tray: PaperTray
) -> None:
    scan(desk, hand, add_person(app, "Dr Priya Raman", tray="Box 2, 37"))
    assert tray.sheets == []
    desk.screen._print.click()  # it is not in the box after all
    desk.settle()
    assert len(tray.sheets) == 1


def test_a_walk_in_has_a_badge_at_once(
    app: EventApp, desk: Desk, hand: Hand, tray: PaperTray
) -> None:
    hand.type(desk.screen.field, "Rhys Llewellyn")
    desk.screen.begin_walk_in()
    desk.screen.walk_in.organisation.set_text("Elmers End Chemist")
    desk.screen.walk_in.keep()
    desk.settle()
    assert ["Rhys" in sheet.text for sheet in tray.sheets] == [True]


def test_without_a_printer_nothing_is_asked_for_and_the_key_leads_to_the_choice(
    app: EventApp, desk: Desk, hand: Hand, tray: PaperTray
) -> None:
    desk.around.settings.set(badge_printer="")
    scan(desk, hand, add_person(app, "Dr Priya Raman"))
    assert app.badge_queue.jobs() == []
    desk.screen._print.click()
    desk.settle()
    assert desk.screen.stack.currentWidget() is desk.printer
    assert "Choose the printer" in desk.last.text
    assert tray.sheets == []


# --- order and patience ---------------------------------------------------------------------------


def test_a_slow_printer_holds_up_nobody_and_keeps_the_order(
    app: EventApp, desk: Desk, hand: Hand, tray: PaperTray
) -> None:
    people = [add_person(app, f"Guest{number:02}") for number in range(12)]
    tray.slow = threading.Event()
    for person in people:
        hand.scan(desk.screen.field, person.ticket)
    desk.around.database.settle()
    assert app.checkin.balance().here == 12
    assert (tray.sheets, desk.printing.waiting) == ([], 12)
    assert len(app.badge_queue.open_jobs()) == 12  # on disk before any is printed
    tray.slow.set()
    desk.settle()
    assert [sheet.text.split("Guest")[1][:2] for sheet in tray.sheets] == [
        f"{number:02}" for number in range(12)
    ]
    assert desk.printing.state == ""


# --- failures -------------------------------------------------------------------------------------


def test_a_failure_is_shown_the_check_in_kept_and_one_act_prints_again(
    app: EventApp, desk: Desk, hand: Hand, tray: PaperTray
) -> None:
    priya = add_person(app, "Dr Priya Raman")
    tray.jam = "Zebra has no paper."
    scan(desk, hand, priya)
    assert app.people.get(priya.id).is_here
    assert desk.last.text == ("Dr Priya Raman is checked in, but has no badge. Zebra has no paper.")
    assert (desk.last.mood, desk.last.act) == ("careful", "Print again")
    assert desk.screen._print.text() == "Badge (1)"
    tray.jam = ""
    assert desk.last.do is not None
    desk.last.do()
    desk.settle()
    assert len(tray.sheets) == 1
    assert desk.last.mood == "done"
    assert desk.screen._print.text() == "Print badge"


def test_many_failures_are_one_sentence_and_one_act(
    app: EventApp, desk: Desk, hand: Hand, tray: PaperTray
) -> None:
    tray.jam = "Zebra has no paper."
    for number in range(5):
        hand.scan(desk.screen.field, add_person(app, f"Guest{number}").ticket)
    desk.settle()
    assert desk.last.text == "All are checked in, but 5 have no badge. Zebra has no paper."
    assert {said.about for said in desk.said if said.mood == "careful"} == {"badges"}
    tray.jam = ""
    desk.printing.retry_all()
    desk.settle()
    assert [sheet.text.split("Guest")[1][:1] for sheet in tray.sheets] == list("01234")


def test_the_key_takes_up_a_badge_that_failed_and_makes_no_second(
    app: EventApp, desk: Desk, hand: Hand, tray: PaperTray
) -> None:
    tray.jam = "Zebra has no paper."
    scan(desk, hand, add_person(app, "Dr Priya Raman"))
    tray.jam = ""
    desk.screen._print.click()
    desk.settle()
    assert (len(tray.sheets), len(app.badge_queue.jobs())) == (1, 1)
    assert desk.printing.not_printed == 0


def test_a_printer_that_is_gone_is_named(app: EventApp, make: Make, hand: Hand) -> None:
    desk = make(SystemPrinters(Path))
    desk.around.settings.set(badge_printer="No such printer")
    scan(desk, hand, add_person(app, "Dr Priya Raman"))
    assert "does not know the printer No such printer" in desk.last.text
    assert why_not("No such printer").startswith("This laptop does not know")


# --- after the program ended ----------------------------------------------------------------------


def test_what_was_not_printed_is_offered_at_the_next_start_and_never_printed_by_itself(
    app: EventApp, make: Make, around: Surroundings, tray: PaperTray
) -> None:
    before = DeskPrinting(around, app.badge_queue, tray)
    people = [add_person(app, f"Guest{number}") for number in range(3)]
    for person in people:  # asked for, and then the program was killed
        assert app.badge_queue.ask(person.id, before.station, When.FIRST).job is not None
    with open_event(app.database.location, around.clocks) as again:
        assert len(again.badge_queue.open_jobs(around.settings.laptop)) == 3
    desk = make(tray)
    assert tray.sheets == []
    assert desk.last.text == "3 badges were not printed before the program ended."
    assert desk.screen._print.text() == "Badge (3)"
    assert desk.last.do is not None
    desk.last.do()
    desk.settle()
    assert len(tray.sheets) == 3
    again_desk = make(tray)  # another start: nothing is left, nothing is said
    assert again_desk.said == []
    assert len(tray.sheets) == 3


def test_one_that_may_have_come_out_is_said_so(
    app: EventApp, make: Make, around: Surroundings, tray: PaperTray, hand: Hand
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> str:
        raise Killed

    station = DeskPrinting(around, app.badge_queue, tray).station
    priya = add_person(app, "Dr Priya Raman")
    job = app.badge_queue.ask(priya.id, station, When.FIRST).job
    assert job is not None
    with pytest.raises(Killed):
        app.badge_queue.print_one(job.id, station.laptop, kill)
    desk = make(tray)
    assert "one may have come out" in desk.last.text
    scan(desk, hand, priya)  # arriving does not print it a second time
    assert tray.sheets == []
    desk.screen._print.click()  # the key does
    desk.settle()
    assert len(tray.sheets) == 1


# --- the pages ------------------------------------------------------------------------------------


def test_the_page_prints_elsewhere_all_and_gives_up(
    app: EventApp, desk: Desk, hand: Hand, tray: PaperTray
) -> None:
    tray.jam = "Zebra has no paper."
    for number in range(4):
        hand.scan(desk.screen.field, add_person(app, f"Guest{number}").ticket)
    desk.settle()
    desk.screen.show_tool(desk.queue)
    desk.settle()
    assert desk.queue._head.text() == "4 badges are not printed"
    assert desk.queue.state() == "4 not printed"
    rows = desk.queue.list.rows
    assert [row.title for row in rows] == [f"Guest{number}" for number in range(4)]
    assert "Zebra has no paper." in rows[0].detail
    tray.jam = ""
    desk.queue.printer.setCurrentIndex(desk.queue.printer.findData("Dymo"))
    hand.press(desk.queue.list, key=Qt.Key.Key_Return)
    desk.settle()
    assert [sheet.printer for sheet in tray.sheets] == ["Dymo"]
    assert desk.around.settings.badge_printer == "Zebra"  # for this once only
    desk.queue.list.choose(desk.queue.list.rows[0].key)
    desk.queue.give_up.click()
    desk.settle()
    desk.queue.all.click()
    desk.settle()
    assert len(tray.sheets) == 3
    assert desk.queue._head.text() == "Every badge that was asked for is printed"
    assert sorted(job.state for job in app.badge_queue.jobs()) == [
        State.GIVEN_UP, State.PRINTED, State.PRINTED, State.PRINTED,
    ]  # fmt: skip
    assert not desk.queue.all.isEnabled()


def test_the_printer_is_chosen_remembered_and_tried(desk: Desk, tray: PaperTray) -> None:
    desk.around.settings.set(badge_printer="")
    desk.screen.show_tool(desk.printer)
    desk.settle()
    page, kept = desk.printer, desk.around.settings
    assert not page.test.isEnabled()
    page.printer.edit.setCurrentIndex(page.printer.edit.findData("Dymo"))
    page.printer.edit.activated.emit(page.printer.edit.currentIndex())
    page.paper.edit.setCurrentIndex(page.paper.edit.findData("dymo99014"))
    page.paper.edit.activated.emit(page.paper.edit.currentIndex())
    page.when.buttons[2].click()
    assert (kept.badge_printer, kept.badge_paper, kept.badge_when) == (
        "Dymo", "dymo99014", "always",
    )  # fmt: skip
    page.test.click()
    desk.settle()
    [sheet] = tray.sheets
    assert (sheet.printer, sheet.size, sheet.turned) == ("Dymo", (101, 54), True)
    assert page._said.text() == "The test badge is at the printer Dymo."
    assert desk.app.badge_queue.jobs() == []
    tray.jam = "Dymo is open."
    page.test.click()
    desk.settle()
    assert page._said.text() == "Dymo is open."


def test_a_printer_that_is_not_there_any_more_stays_chosen_and_is_named(
    desk: Desk,
) -> None:
    desk.around.settings.set(badge_printer="Brother")
    desk.screen.show_tool(desk.printer)
    desk.settle()
    assert desk.printer.printer.edit.currentData() == "Brother"
    assert desk.printer._said.text().startswith("Brother is not found any more")


# --- on paper -------------------------------------------------------------------------------------


def test_a_badge_saved_as_pdf_is_the_labels_size_and_its_code_reads(
    app: EventApp, make: Make, hand: Hand, tmp_path: Path
) -> None:
    folder = tmp_path / "badges"
    desk = make(SystemPrinters(lambda: PrinterPage.folder(desk_folder())))
    desk.around.settings.set(
        badge_printer=SAVE_AS_PDF, badge_paper="dymo99014", badge_folder=str(folder)
    )

    def desk_folder() -> str:
        return desk.around.settings.badge_folder

    people = [add_person(app, "Dr Priya Raman"), add_person(app, "Bo Chen")]
    for person in people:
        scan(desk, hand, person)
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["badge-0001.pdf", "badge-0002.pdf"]
    for file, person in zip(files, people, strict=True):
        page = pypdfium2.PdfDocument(file)[0]
        assert [points / 72 * 25.4 for points in page.get_size()] == pytest.approx(
            [101, 54], abs=0.3
        )
        codes = zxingcpp.read_barcodes(page.render(scale=2).to_pil().convert("L"))
        assert [(code.text, code.orientation) for code in codes] == [(person.ticket, 0)]
    desk.screen._print.click()
    desk.settle()
    assert desk.last.text == "The badge of Bo Chen is saved again, as badge-0003.pdf."
    with app.database.reading() as session:
        names = [fact.name for fact in session.exec(select(DocumentFactRow))]
    assert names == ["badge-0001.pdf", "badge-0002.pdf", "badge-0003.pdf"]


def test_a_folder_that_cannot_be_written_is_a_failure_in_words(
    app: EventApp, make: Make, hand: Hand, tmp_path: Path
) -> None:
    (tmp_path / "in the way").write_text("no folder")
    desk = make(SystemPrinters(lambda: tmp_path / "in the way"))
    desk.around.settings.set(badge_printer=SAVE_AS_PDF)
    scan(desk, hand, add_person(app, "Dr Priya Raman"))
    assert "cannot be written to" in desk.last.text
    assert desk.printing.not_printed == 1


@pytest.mark.parametrize("layout", ["a6", "roll62", "dk11202", "dymo99012", "zebra4x6"])
def test_a_page_is_printed_at_its_own_size_and_upright(
    app: EventApp, tmp_path: Path, layout: str
) -> None:
    chosen = LAYOUTS[layout]
    drawn, out = tmp_path / "drawn.pdf", tmp_path / "out.pdf"
    app.badges.write_sample(drawn, layout=layout)
    assert print_pdf(drawn, to_file=out, turned=chosen.turned) == 1
    page = pypdfium2.PdfDocument(out)[0]
    assert [points / 72 * 25.4 for points in page.get_size()] == pytest.approx(chosen.page, abs=0.3)
    # not scaled: the code is where it was drawn, to a third of a millimetre
    places = []
    for path in (drawn, out):
        picture = pypdfium2.PdfDocument(path)[0].render(scale=4).to_pil().convert("L")
        corner = zxingcpp.read_barcodes(picture)[0].position.bottom_right
        places.append((corner.x / 288 * 25.4, corner.y / 288 * 25.4))
    assert places[0] == pytest.approx(places[1], abs=0.35)


def test_the_printer_is_asked_for_the_labels_own_page() -> None:
    turned = page_layout(101, 54, turned=True)  # fed narrow edge first
    assert turned.orientation() == turned.Orientation.Landscape
    size = turned.pageSize().size(turned.pageSize().Unit.Millimeter)
    assert (size.width(), size.height()) == pytest.approx((54, 101), abs=0.3)
    across = page_layout(101.6, 76.2, turned=False)  # fed wide edge first
    assert across.orientation() == across.Orientation.Portrait
    size = across.pageSize().size(across.pageSize().Unit.Millimeter)
    assert (size.width(), size.height()) == pytest.approx((101.6, 76.2), abs=0.3)
    for layout in (turned, across):
        margins = layout.margins()
        assert (margins.left(), margins.top()) == (0, 0)


def test_the_usual_folder_is_among_the_documents() -> None:
    assert PrinterPage.folder("") == usual_folder()
    assert PrinterPage.folder("/somewhere") == Path("/somewhere")
