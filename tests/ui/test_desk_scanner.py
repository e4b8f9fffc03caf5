"""Scanner check and log, driven as at the Desk: by a scanner's keys and a person's."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.keyboards import LAYOUTS, Case, typed_as
from facilitator.domain.scanners import TEST_CODE, ScannerProfile, diagnose
from facilitator.services.checkin import At
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.desk_room import app, settle
from tests.ui.desk_room import desk as hidden_desk
from ui.camera_codes import read_codes
from ui.kit import Message, ScannerTest
from ui.screens.desk import DeskScreen
from ui.screens.desk_scanner import CodePicture, ScannerPage
from ui.screens.desk_scanner_words import findings, headline, kept_words, short_message
from ui.screens.screen import Surroundings
from ui.settings import LaptopSettings

__all__ = ["app", "hidden_desk"]


@pytest.fixture
def desk(hidden_desk: DeskScreen) -> DeskScreen:
    """The Desk in sight, with the keyboard nowhere."""
    hidden_desk.show()
    settle(hidden_desk)
    return hidden_desk


@pytest.fixture
def page(desk: DeskScreen) -> ScannerPage:
    return next(tool for tool in desk.tools if isinstance(tool, ScannerPage))


@pytest.fixture
def said(desk: DeskScreen) -> list[Message]:
    found: list[Message] = []
    desk.said.connect(found.append)
    return found


def scanned(raw: str, end: str = "enter", ms: float = 2.0) -> ScannerTest:
    found = diagnose(raw)
    assert found is not None
    return ScannerTest(found, end, ms)


def words_of(test: ScannerTest) -> dict[str, str]:
    return {one.word: one.sentence for one in findings(test)}


def test_a_scanner_that_is_set_wrong_is_set_right_and_stays_so(
    desk: DeskScreen, page: ScannerPage, around: Surroundings, app: EventApp, hand: Hand
) -> None:
    guest = add_person(app, "Dr Priya Raman", codes=("1048221900",))
    desk.show_tool(page)
    hand.scan(page.print, typed_as("S:" + TEST_CODE, "us", "fr"))
    assert page._head.text() == "Set right: the scanner works here now"
    assert around.settings.scanner == ScannerProfile("us", "fr", prefix="S:")
    assert LaptopSettings(around.settings.path).scanner == around.settings.scanner
    assert "US to French keyboard" in page._kept.text()
    assert app.checkin.log() == []
    typed = typed_as("S:1048221900", "us", "fr")
    hand.scan(desk.field, typed)
    around.database.settle()
    assert app.people.get(guest.id).is_here
    assert app.checkin.log()[0].raw == typed  # as it came
    page.forget.click()
    assert around.settings.scanner.is_usual
    assert around.keys.profile.is_usual


def test_a_new_window_knows_the_scanner_again(
    app: EventApp, around: Surroundings, qtbot: QtBot
) -> None:
    around.settings.set_scanner(ScannerProfile("us", "de", end="none", ms=96.0))
    qtbot.addWidget(ScannerPage(around, app.event))
    assert around.keys.profile == ScannerProfile("us", "de", end="none", ms=96.0)
    around.keys.profile = ScannerProfile()


def test_a_guest_is_checked_in_while_the_page_is_open(
    desk: DeskScreen, page: ScannerPage, app: EventApp, around: Surroundings, hand: Hand,
    said: list[Message],
) -> None:  # fmt: skip
    guest = add_person(app, "Dr Priya Raman")
    desk.show_tool(page)
    hand.scan(page.print, guest.ticket)
    around.database.settle()
    assert app.people.get(guest.id).is_here
    assert page.isVisible()
    assert "Priya Raman" in said[-1].text


def test_the_test_code_elsewhere_is_one_calm_sentence_and_no_scan(
    desk: DeskScreen, page: ScannerPage, app: EventApp, around: Surroundings, hand: Hand,
    said: list[Message],
) -> None:  # fmt: skip
    hand.scan(desk.field, TEST_CODE)
    around.database.settle()
    assert [(m.mood, m.text) for m in said] == [
        ("done", "The scanner works. That was its test code.")
    ]
    assert app.checkin.log() == []
    assert desk.card.shown is None
    hand.scan(desk.field, typed_as(TEST_CODE, "us", "de"))
    assert said[-1].act == "Check it"
    assert said[-1].do is not None
    said[-1].do()
    assert page.isVisible()
    assert around.settings.scanner.is_usual  # nothing was set behind anybody's back
    desk._photographed(TEST_CODE)
    around.database.settle()
    assert "camera reads codes" in said[-1].text
    assert app.checkin.log() == []


def test_lost_characters_change_nothing_that_was_kept(
    desk: DeskScreen, page: ScannerPage, around: Surroundings, hand: Hand
) -> None:
    around.settings.set_scanner(ScannerProfile(prefix="S:"))
    desk.show_tool(page)
    hand.scan(page.print, TEST_CODE.replace("K", ""))
    assert page._head.text() == "Characters were lost"
    assert around.settings.scanner == ScannerProfile(prefix="S:")


@pytest.mark.parametrize("scanner", LAYOUTS)
@pytest.mark.parametrize("computer", LAYOUTS)
def test_every_pair_of_keyboards_has_its_sentence(scanner: str, computer: str) -> None:
    test = scanned(typed_as(TEST_CODE, scanner, computer))
    sentence = words_of(test)["Keyboard"]
    if scanner == computer:
        assert headline(findings(test)) == ("The scanner works", "right")
        assert kept_words(test.profile) == ""
        return
    names = {"uk": "UK", "us": "US", "de": "German", "fr": "French"}
    assert f"as on a {names[scanner]} keyboard" in sentence
    assert f"has a {names[computer]} one" in sentence
    assert names[scanner] in kept_words(test.profile)


def test_every_finding_says_what_is_so() -> None:
    caps = words_of(scanned(typed_as(TEST_CODE, "uk", "uk", Case.CAPS)))
    assert "Caps Lock is on" in caps["Caps Lock"]
    assert "all letters small" in words_of(scanned(TEST_CODE.lower()))["Letters"]
    assert "short pause" in words_of(scanned(TEST_CODE, "none"))["No Enter"]
    assert "as well as Enter" in words_of(scanned(TEST_CODE, "tab"))["Ending"]
    framed = words_of(scanned(f"\x02]Q1{TEST_CODE}!\x03"))["Around it"]
    assert "STX and “]Q1” in front" in framed
    assert "98 milliseconds" in words_of(scanned(TEST_CODE, ms=98))["Slow"]
    assert "K 7" in words_of(scanned(TEST_CODE.replace("K", "").replace("7", "")))["Lost"]
    numberless = "".join(c for c in TEST_CODE if not c.isdigit())
    assert "Num Lock" in words_of(scanned(numberless))["Lost"]
    lost = short_message(scanned(numberless), ScannerProfile())
    assert (lost.mood, lost.act) == ("careful", "Check it")
    # A scanner that was set right before is not complained of again.
    turned = scanned(typed_as(TEST_CODE, "us", "de"))
    assert short_message(turned, turned.profile).mood == "done"


def texts(image: QImage) -> list[str]:
    """The codes in a picture."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return [found.text for found in read_codes(grey)]


def test_the_code_on_the_screen_and_on_paper_can_be_read(
    qtbot: QtBot, page: ScannerPage, tmp_path: Path
) -> None:
    picture = CodePicture()
    qtbot.addWidget(picture)
    picture.resize(picture.sizeHint())
    assert texts(picture.grab().toImage()) == [TEST_CODE]
    path = tmp_path / "check.pdf"
    assert page.sheet.save(path) == "The test code is in “check.pdf”."
    document = QPdfDocument(page)
    assert document.load(str(path)) == QPdfDocument.Error.None_
    assert document.pageCount() == 1
    image = document.render(0, QSize(1240, 1754))
    # White paper: what was not drawn is transparent.
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor(255, 255, 255))
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    assert texts(paper) == [TEST_CODE]
    document.close()


# --- the log -------------------------------------------------------------------------------------


def test_the_log_is_whole_and_is_searched(
    desk: DeskScreen, app: EventApp, around: Surroundings, clocks: HandClocks
) -> None:
    at = At(desk="Desk 1")
    priya, tom = add_person(app, "Dr Priya Raman"), add_person(app, "Tom Achterberg")
    for _ in range(12):
        clocks.advance(1)
        app.checkin.scan(priya.ticket, at)
    app.checkin.scan(tom.ticket, At(desk="Desk 2"))
    app.checkin.scan("nobody’s code", at)
    desk._show_log()
    around.database.settle()
    log = desk.log
    assert len(log.list.rows) == 14
    assert log._heading.text() == "14 scans"
    log.field.setText("desk 2")
    assert [row.title for row in log.list.rows] == ["Welcome: Tom Achterberg"]
    assert log._heading.text() == "1 of 14 scans"
    log.field.setText("")
    log.kind.choose("in")
    log._fill()
    assert len(log.list.rows) == 2
    log.kind.choose("out")
    log._fill()
    assert len(log.list.rows) == 12
    log.kind.choose("open")
    log._fill()
    assert log.list.rows == []
    assert log._empty.heading.text() == "Nothing fits"


def test_the_log_is_saved_beside_the_window_but_not_at_a_locked_desk(
    desk: DeskScreen, app: EventApp, around: Surroundings, tmp_path: Path
) -> None:
    priya = add_person(app, "Dr Priya Raman")
    app.checkin.scan(priya.ticket, At(desk="Desk 1"))
    path = tmp_path / "scans.csv"
    desk.log.save(path)
    around.heavy.settle()
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row[4:] for row in csv.reader(file)][1] == [priya.ticket, "Welcome", "Priya Raman"]
    assert desk.log._told.text() == "1 scan saved in “scans.csv”. Names are inside."
    desk.log.save(tmp_path / "nowhere" / "scans.csv")
    around.heavy.settle()
    assert "does not exist" in desk.log._told.text()
    desk.show_locked(True)
    assert desk.log.keep.isEnabled() is False
    desk.show_locked(False)


# --- whatever stands before the Desk -------------------------------------------------------------


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("kind", ["dialog", "menu"])
def test_a_scan_reaches_the_desk_behind_a_dialog_or_a_menu(
    desk: DeskScreen, app: EventApp, around: Surroundings, hand: Hand, qtbot: QtBot, kind: str
) -> None:
    guest = add_person(app, "Dr Priya Raman")
    if kind == "dialog":
        before: QWidget = QDialog(desk)
        before.setWindowModality(Qt.WindowModality.ApplicationModal)
        QLineEdit("REMOVE", before)
        before.show()
    else:
        before = QMenu(desk)
        before.addAction("&F1")
        before.popup(desk.mapToGlobal(desk.rect().center()))
    qtbot.waitUntil(before.isVisible)
    handle = desk.windowHandle() if kind == "menu" else before.windowHandle()
    assert handle is not None
    hand.keys.clock_ms = Ticking()
    for character in guest.ticket:
        QTest.keyClick(handle, character)  # pyright: ignore[reportCallIssue, reportArgumentType]
    QTest.keyClick(handle, Qt.Key.Key_Return)  # pyright: ignore[reportCallIssue, reportArgumentType]
    around.database.settle()
    assert app.people.get(guest.id).is_here
    assert desk.card.shown is not None
    assert before.isVisible()
    before.close()


class Ticking:
    """Two milliseconds from one look at the clock to the next."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 2.0
        return self.now


@pytest.mark.parametrize(
    "kept", ['{"scanner": 3}', '{"scanner": {"scanner": 4, "ms": "x", "odd": 1}}']
)
def test_a_profile_that_cannot_be_read_counts_as_none(tmp_path: Path, kept: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(kept, "utf-8")
    assert LaptopSettings(path).scanner.is_usual
