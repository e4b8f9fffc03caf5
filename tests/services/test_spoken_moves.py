"""What is said at the end of a round, from the seating in the database."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

from facilitator.app import EventApp
from facilitator.services.spoken import SpokenMoves, spoken_moves
from tests.services.seating_tools import fill, mix, tables


def moves(app: EventApp) -> SpokenMoves:
    with app.database.reading() as session:
        return spoken_moves(app.seating.cache.read(session))


def test_rows_are_told_how_far_to_move(app: EventApp, tmp_path: Path) -> None:
    tables(app, 11)
    people = fill(app, 33, 33)
    assert moves(app) == SpokenMoves()
    mix(app)
    said = moves(app)
    assert set(said.rows) == {one.id for one in people}
    assert set(said.sentences) == {1, 2}
    state = app.seating.room()
    labels = [table.label for table in state.rounds[0].tables]
    for number in (1, 2):
        rows: dict[int, set[int]] = {}
        for one in people:
            here, there = (labels.index(state.where[r, one.id][0]) for r in (number, number + 1))
            rows.setdefault(said.rows[one.id], set()).add((there - here) % 11)
        assert len(rows) == 6
        # by the shorter way round
        for row, (on,) in rows.items():
            far = f"{min(on, 11 - on)} table{'s' if min(on, 11 - on) > 1 else ''}"
            way = f"moves {far} {'on' if on < 6 else 'back'}" if on else "stays"
            assert f"Row {row} {way}." in said.sentences[number]
    path = app.papers.table_plan(tmp_path / "p.pdf").path
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(path)]
    first = " ".join(pages[0].split())
    assert f"At the end: {said.sentences[1][0]}" in first
    assert first.count("row 6") == 11
    assert "At the end" not in pages[-1]


def test_whoever_was_moved_is_sent_to_look(file_app: EventApp) -> None:
    tables(file_app, 11)
    fill(file_app, 33, 33)
    mix(file_app)
    table = file_app.seating.room().rounds[1].tables
    one, other = table[0].people[0], table[1].people[0]
    file_app.seating.swap(one, other, 2)
    said = moves(file_app)
    assert set(said.by_name[1]) == {one, other}
    assert said.words(1).endswith("Whoever has no row looks up the next table.")
    assert said.words(3) == ""
    file_app.tables.start_round(1)
    file_app.tables.start_round(2)
    # the first round is over: from here on they move with their row again
    assert set(moves(file_app).sentences) == {2}


def test_nothing_is_said_of_a_room_without_rows(file_app: EventApp) -> None:
    tables(file_app, 11)
    fill(file_app, 33, 33)
    mix(file_app)
    file_app.tables.remove("11")
    assert moves(file_app) == SpokenMoves()
