"""A sheet is kept where a person says while there is no printer, and a sentence says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.printing import printers
from ui.screens.screen import Surroundings
from ui.screens.sheet import Sheet, hand_out

SHEET = Sheet("The six tickets are", "tickets.pdf", lambda path: path.write_bytes(b"%PDF"))


@pytest.fixture(autouse=True)
def _no_printer(qapp: QApplication) -> None:
    if printers():
        pytest.skip("this machine has a printer, which would print")


def test_without_a_printer_it_goes_where_the_person_says(
    qtbot: QtBot, around: Surroundings, tmp_path: Path
) -> None:
    page, asked, told = QWidget(), [], []
    qtbot.addWidget(page)

    def ask(_parent: QWidget, *question: str) -> str:
        asked.append(question)
        return str(tmp_path / "mine.pdf")

    hand_out(SHEET, page, "Practice", around.heavy, told.append, ask=ask)
    around.heavy.settle()
    assert asked == [("Practice", "tickets.pdf", "PDF (*.pdf)")]
    assert told == ["The six tickets are in “mine.pdf”."]
    assert (tmp_path / "mine.pdf").read_bytes() == b"%PDF"


def test_given_up_it_is_not_made(qtbot: QtBot, around: Surroundings, tmp_path: Path) -> None:
    page, told = QWidget(), []
    qtbot.addWidget(page)
    hand_out(SHEET, page, "Practice", around.heavy, told.append, ask=lambda *_: "")
    around.heavy.settle()
    assert (told, list(tmp_path.glob("*.pdf"))) == ([], [])
