"""The quote and the logos of the report are chosen in After, and kept at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Refused
from facilitator.services.events import NewEvent
from tests import day
from ui.screens.after_extras import ExtrasDialog, read_given, read_logo
from ui.screens.screen import Surroundings

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    '<rect width="40" height="20"/></svg>'
)


@pytest.fixture
def event(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    new = NewEvent("South London GP and Pharmacy Day", date(2026, 11, 18), "The Depot")
    with create_event(tmp_path / "e.facilitator", new, clocks) as opened:
        yield opened


def _dialog(qtbot: QtBot, around: Surroundings, event: EventApp, chosen: Path) -> ExtrasDialog:
    def ask(_parent: QWidget) -> str:
        return str(chosen)

    extras = event.report_extras
    dialog = ExtrasDialog(extras, read_given(extras), around.database, None, ask=ask)
    qtbot.addWidget(dialog)
    return dialog


def test_a_quote_is_kept_only_with_consent(
    qtbot: QtBot, around: Surroundings, event: EventApp, tmp_path: Path
) -> None:
    note = day.add_note(event, "pain-point", "Nobody answers <b>the phone</b>")
    dialog = _dialog(qtbot, around, event, tmp_path)
    dialog.note.edit.setCurrentIndex(dialog.note.edit.findData(str(note)))
    dialog.keep_quote.click()
    around.database.settle()
    assert "consent" in dialog.said.text()
    assert event.report_extras.quoted() is None
    dialog.agreed.setChecked(True)
    dialog.keep_quote.click()
    around.database.settle()
    assert event.report_extras.quoted() == note
    again = _dialog(qtbot, around, event, tmp_path)
    assert again.note.edit.currentText() == "Nobody answers <b>the phone</b>"
    again.drop_quote.click()
    around.database.settle()
    assert event.report_extras.quoted() is None


def test_a_drawing_is_kept_as_a_picture_and_a_broken_one_refused(
    qtbot: QtBot, around: Surroundings, event: EventApp, tmp_path: Path
) -> None:
    path = tmp_path / "logo.svg"
    path.write_text(SVG)
    dialog = _dialog(qtbot, around, event, path)
    dialog.add.click()
    assert event.report_extras.logos() == ()  # whose it is was not said
    dialog.sponsor.edit.setText("Larkin Trust")
    dialog.add.click()
    around.database.settle()
    assert [logo.name for logo in event.report_extras.logos()] == ["Larkin Trust"]
    assert "Larkin Trust" in dialog.said.text()
    path.write_text("<svg")
    with pytest.raises(Refused, match="no drawing"):
        read_logo(path)
    dialog.add.click()
    assert "no drawing" in dialog.said.text()
    dialog.logos.choose(str(event.report_extras.logos()[0].id))
    dialog.remove.click()
    around.database.settle()
    assert event.report_extras.logos() == ()
