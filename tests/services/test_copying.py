"""Copies of a running event: checked, the last six kept, and gone on with elsewhere."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Gone, Refused, WorldTrouble
from facilitator.services.checkin import At
from facilitator.services.copying import KEPT, continue_from, look_at_copy
from facilitator.services.privacy_documents import copy_places
from facilitator.store.copies import copied_at
from tests.conftest import NEW
from tests.people import add_person


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def remembered(app: EventApp) -> list[Path]:
    with app.database.reading() as session:
        return list(copy_places(session))


def here(path: Path, clocks: HandClocks) -> set[str]:
    with open_event(path, clocks) as app:
        return {person.full_name for person in app.people.all() if person.is_here}


def test_the_last_six_are_kept_and_all_are_remembered(
    app: EventApp, stick: Path, clocks: HandClocks
) -> None:
    with pytest.raises(Refused, match="No folder"):
        app.copies.make()
    app.copies.choose(stick)
    by_hand = stick / "by hand.facilitator"
    app.health.backup(by_hand)
    letter = stick / "letter.facilitator"
    letter.write_text("Dear all")
    made = []
    for _ in range(KEPT + 3):
        clocks.advance(300)
        made.append(app.copies.make())
    kept = [one.path for one in made[-KEPT:]]
    assert {path for path in stick.iterdir() if path not in (by_hand, letter)} == set(kept)
    assert remembered(app) == [by_hand, *kept]
    assert letter.read_text() == "Dear all"
    newest = app.copies.newest()
    assert newest is not None
    assert (newest.path, newest.at) == (kept[-1], clocks.now())
    assert copied_at(kept[-1]) == clocks.now()


def test_what_took_the_place_of_a_copy_stays(
    app: EventApp, stick: Path, clocks: HandClocks
) -> None:
    app.copies.choose(stick)
    gone_on, replaced = app.copies.make().path, None
    clocks.advance(300)
    replaced = app.copies.make().path
    with open_event(gone_on, clocks) as other:
        add_person(other, "Ada Larkin")
    other = create_event(stick / "x.facilitator", NEW, clocks)
    other.close()
    (stick / "x.facilitator").replace(replaced)
    for _ in range(KEPT + 2):
        clocks.advance(300)
        app.copies.make()
    assert gone_on.exists(), "somebody went on with it: it is an event of its own now"
    assert replaced.exists(), "it is another event"


def test_a_stick_that_is_gone_full_or_read_only(
    app: EventApp, stick: Path, tmp_path: Path, clocks: HandClocks
) -> None:
    app.copies.choose(stick)
    app.copies.make()
    away = stick.rename(tmp_path / "pocket")
    with pytest.raises(Gone, match="is not there"):
        app.copies.make()
    away.rename(stick)
    clocks.advance(300)
    assert app.copies.make().path.exists()
    if Path("/dev/full").exists():
        # a folder in which nothing can be made, whoever asks
        app.copies.choose(Path("/proc/self"))
        with pytest.raises(WorldTrouble):
            app.copies.make()
    with pytest.raises(Refused, match="no folder"):
        app.copies.choose(tmp_path / "nowhere")


def test_what_an_interrupted_copy_left_is_swept(app: EventApp, stick: Path) -> None:
    app.copies.choose(stick)
    stem = app.copies.make().path.name[: -len(" 2025-11-12 084500.facilitator")]
    left = stick / f".{stem} 2025-11-12 084000.facilitator.0a1b2c3d.new"
    others = stick / ".letter.facilitator.0a1b2c3d.new"
    for path in (left, others):
        path.write_bytes(b"half")
    app.copies.make()
    assert not left.exists()
    assert others.exists()


def test_going_on_from_a_copy(
    app: EventApp, stick: Path, tmp_path: Path, clocks: HandClocks
) -> None:
    first, second = (add_person(app, name) for name in ("Ada Larkin", "Bo Chan"))
    app.checkin.scan(first.ticket, At("Desk 1"))
    app.copies.choose(stick)
    at = clocks.now()
    copy = app.copies.make()
    clocks.advance(1380)
    app.checkin.scan(second.ticket, At("Desk 1"))
    before = copy.path.read_bytes()
    stand = look_at_copy(copy.path)
    assert stand is not None
    assert (stand.at, stand.event.id) == (at.replace(microsecond=0), app.event.get().id)
    folder = tmp_path / "Facilitator"
    place = continue_from(stand, folder)
    again = continue_from(stand, folder)
    assert place != again
    assert place.parent == again.parent == folder
    with open_event(place, clocks) as other:
        assert other.checkin.scan(second.ticket, At("Desk 2")) is not None
    assert here(place, clocks) == {"Ada Larkin", "Bo Chan"}
    assert copy.path.read_bytes() == before
    assert look_at_copy(place) is None, "it goes on: no copy any more"
    if app.database.path is not None:
        assert look_at_copy(app.database.path) is None
    merged = app.merging.take_over(place)
    assert merged.twice == 1
    assert look_at_copy(tmp_path / "nothing.facilitator") is None


@pytest.mark.slow
def test_a_copy_is_one_moment_while_others_write(file_app: EventApp, stick: Path) -> None:
    """Scans between the steps of a copy are not in it, and do not make it begin anew."""
    people = [
        add_person(file_app, f"Guest {number}", organisation="x" * 2000) for number in range(600)
    ]
    file_app.copies.choose(stick)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        copy = pool.submit(file_app.copies.make)
        scanned = 0
        for person in people:
            file_app.checkin.scan(person.ticket, At("Desk 1"))
            scanned += 1
            if copy.done():
                break
        made = copy.result()
    with closing(sqlite3.connect(made.path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (arrivals,) = raw.execute("SELECT COUNT(*) FROM presence").fetchone()
        assert raw.execute("SELECT COUNT(*) FROM verdict").fetchone() == (arrivals,)
    assert arrivals < scanned
