"""`merge`: another copy of the event, taken over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from facilitator.app import create_event, open_event
from facilitator.services.checkin import At
from facilitator.services.events import NewEvent
from tests.cli.run import command
from tests.people import add_person


def test_merge(tmp_path: Path) -> None:
    event, other = tmp_path / "day.facilitator", tmp_path / "other.facilitator"
    with create_event(event, NewEvent("The day", date(2025, 11, 12))) as app:
        ada, bo = (add_person(app, name) for name in ("Ada Larkin", "Bo Chan"))
    assert command("backup", event, "-o", other).status == 0
    with open_event(other) as app:
        app.checkin.scan(ada.ticket, At("Side door"))
        app.people.edit(bo.id, {"diet": "No nuts"})
    with open_event(event) as app:
        app.checkin.scan(ada.ticket, At("Front door"))
        app.people.edit(bo.id, {"diet": "Vegan"})
    dry = command("merge", event, other, "--dry-run")
    assert dry.status == 0
    assert dry.out.startswith("This would be taken over; nothing was changed.\n")
    (line,) = command("merge", event, other, "--json").lines
    assert (line["twice"], line["dry_run"]) == (1, False)
    assert {"number": 1, "what": "arrival or departure"} in line["rows"]
    (found,) = line["contradictions"]
    assert (found["what"], found["here"], found["there"]) == ("Bo Chan: diet", "Vegan", "No nuts")
    again = command("merge", event, other)
    assert "is here already" in again.out
    assert "Let in twice: Ada Larkin." in again.out
    assert "2 people are inside." in command("roll", event).out


def test_what_is_no_copy_of_it(tmp_path: Path) -> None:
    event, other = tmp_path / "day.facilitator", tmp_path / "other.facilitator"
    for path in (event, other):
        create_event(path, NewEvent(path.stem, date(2025, 11, 12))).close()
    before = event.read_bytes()
    refused = command("merge", event, other)
    assert (refused.status, "is another event" in refused.reason) == (1, True)
    torn = tmp_path / "torn.facilitator"
    torn.write_bytes(event.read_bytes()[:9000])
    letter = tmp_path / "letter.facilitator"
    letter.write_text("Dear all")
    for bad in (torn, letter, tmp_path / "nothing.facilitator", tmp_path):
        assert command("merge", event, bad).status == 1
    assert command("merge", event).status == 2
    assert event.read_bytes() == before
