"""`unlock`: the way out for an organiser who has forgotten the Desk's PIN."""

from __future__ import annotations

from pathlib import Path

from facilitator.app import open_event
from tests.cli.run import command


def test_unlock_takes_the_pin_away(tmp_path: Path) -> None:
    event = tmp_path / "summit.facilitator"
    assert command("new", event, "--name", "Summit", "--date", "2025-11-12").status == 0
    with open_event(event) as app:
        app.desk_lock.set("4071")
    done = command("unlock", event, "--json")
    assert (done.status, done.lines) == (0, [{"had_pin": True}])
    with open_event(event) as app:
        assert not app.desk_lock.is_set()
    again = command("unlock", event)
    assert (again.status, again.out.strip()) == (0, "The Desk has no PIN; it is not locked.")


def test_unlock_needs_an_event(tmp_path: Path) -> None:
    done = command("unlock", tmp_path / "none.facilitator")
    assert done.status == 1
    assert not (tmp_path / "none.facilitator").exists()
