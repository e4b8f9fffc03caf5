"""The checker finds each kind of fault: one that cannot fail would prove nothing."""

from __future__ import annotations

import copy
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.conftest import database_url
from tests.sharing.checker import check
from tests.sharing.raw_copies import Copy, key, read_file, read_history, read_server, readable_by

HUB, LATER, NORTH, SOUTH = "hub:h1:1", "hub:h2:2", "file:north", "file:south"
World = tuple[list[dict[str, Any]], list[Copy]]


def _id(number: int) -> str:
    return f"{number:032x}"


ADA, BEA, CY, DEE = (_id(number) for number in range(1, 5))
NOTE = _id(50)


class Day:
    """A small day, written down as the desks and the databases would."""

    def __init__(self) -> None:
        self.history: list[dict[str, Any]] = []
        self.facts: list[dict[str, Any]] = []
        self.verdicts: list[dict[str, Any]] = []
        self._made = 100

    def _at(self) -> str:
        return f"2025-11-12T09:{self._made // 60:02d}:{self._made % 60:02d}.120+00:00"

    def fact(self, who: str, kind: str, authority: str, desk: str, **more: Any) -> str:
        """A presence fact that nobody acknowledged."""
        self._made += 1
        numbers = [f["number"] for f in self.facts if f["attendee_id"] == who]
        row = {
            "id": _id(self._made), "attendee_id": who, "authority": authority, "kind": kind,
            "number": max(numbers, default=0) + 1, "at": self._at(), "desk": desk, "skew": 0.0,
            "follows": None, "undoes": None,
        } | more  # fmt: skip
        self.facts.append(row)
        return row["id"]

    def said(self, desk: str, op: str, outcome: str, **more: Any) -> None:
        """An answer."""
        line = {"desk": desk, "asked": self._made, "answered": self._made + 0.5, "op": op,
                "outcome": outcome, "at": self._at(), "at_desk": desk} | more  # fmt: skip
        self.history.append(line)
        if op in ("scan", "walk_in"):
            self._made += 1
            self.verdicts.append(
                {"id": _id(self._made), "outcome": outcome, "at": line["at"],
                 "attendee_id": line.get("attendee")}
            )  # fmt: skip

    def welcome(self, desk: str, who: str, authority: str, **more: Any) -> str:
        """Let somebody in."""
        fact = self.fact(who, "arrived", authority, desk, **more)
        self.said(desk, "scan", "welcome", attendee=who, fact=fact, authority=authority)
        return fact

    def world(self) -> World:
        """The histories, and three copies: the hub, an organiser's laptop, a desk's."""
        tables: dict[str, list[dict[str, Any]]] = {
            "attendee": [{"id": who, "name": "x"} for who in (ADA, BEA, CY, DEE)],
            "presence": self.facts, "verdict": self.verdicts, "decision": [],
            "note": [{"id": NOTE, "text": "t"}],
            "note_version": [
                {"id": _id(51), "note_id": NOTE, "number": 1, "content": '{"text": "?"}'},
                {"id": _id(52), "note_id": NOTE, "number": 2, "content": '{"text": "t"}'},
            ],
            "set_aside": [],
            "clock_fact": [{"id": _id(53), "number": 1}],
            "wish": [{"id": _id(54), "kind": "apart"}],
            "event": [{"id": _id(60), "name": "Day", "authority": "one", "machine": "m"}],
            "seat_change": [{"id": _id(70), "revision": 1}],
            "seat": [
                {"id": _id(80 + n), "revision": 1, "round_id": _id(90), "attendee_id": who,
                 "table_id": _id(91), "place": n}
                for n, who in enumerate((ADA, BEA))
            ],
            "outbox": [],
        }  # fmt: skip
        inside = {"here": 4, "inside": [ADA, BEA, CY, DEE], "twice": [CY]}
        hub = Copy("hub", copy.deepcopy(tables))
        organiser = Copy("organiser", copy.deepcopy(tables), claims=copy.deepcopy(inside))
        may = set(tables) - {"note", "note_version"}
        desk = Copy("desk", copy.deepcopy(tables), may, copy.deepcopy(inside))
        desk.tables["event"][0]["authority"] = "another"
        desk.tables["outbox"] = [{"number": 1}]
        for name in ("note", "note_version"):
            desk.tables[name] = []
        return copy.deepcopy(self.history), [hub, organiser, desk]


def a_good_day() -> World:
    """Nothing is wrong: an undo between, a double admission that is listed, a note, a leave."""
    day = Day()
    first = day.welcome("Desk 1", ADA, HUB)
    since = day.facts[-1]["at"]
    day.said("Desk 2", "scan", "already-here", attendee=ADA, since=since, first_desk="Desk 1")
    day.fact(ADA, "undone", HUB, "Desk 2", undoes=first, follows=first)
    day.said("Desk 2", "undo", "undone", attendee=ADA, was=first)
    day.welcome("Desk 2", ADA, HUB)
    day.welcome("Desk 1", BEA, HUB)
    follows = day.facts[-1]["id"]
    left = day.fact(BEA, "left", HUB, "Desk 1", follows=follows)
    day.said("Desk 1", "leave", "left", attendee=BEA, at=day.facts[-1]["at"])
    back = day.fact(BEA, "returned", HUB, "Desk 2", follows=left)
    day.said("Desk 2", "scan", "welcome-back", attendee=BEA, fact=back, authority=HUB)
    day.welcome("Desk 1", CY, NORTH, number=1)
    day.welcome("Desk 2", CY, SOUTH, number=1)
    day.fact(DEE, "arrived", HUB, "Desk 3")
    day.said("Desk 3", "walk_in", "welcome", attendee=DEE, person=DEE, fact=day.facts[-1]["id"],
             authority=HUB)  # fmt: skip
    day.said("Desk 3", "note", "noted", note=NOTE)
    day.said("Desk 3", "amend", "amended", note=NOTE, version=_id(52))
    day.said("Desk 3", "clock", "ran", clock_facts=[_id(53)])
    day.said("Desk 3", "wish", "wished", wishes=[_id(54)])
    day.said("Desk 3", "undo", "refused", attendee=BEA)
    day.said("Desk 3", "leave", "failed", attendee=BEA)
    return day.world()


def _everywhere(copies: list[Copy], table: str, change: Callable[[list[Any]], object]) -> None:
    for one in copies:
        change(one.tables[table])


def _of(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    return next(r for r in rows if all(r[k] == v for k, v in wanted.items()))


# --- one fault each -------------------------------------------------------------------------------


def lost_fact(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """An acknowledged arrival is in no copy."""
    _everywhere(copies, "presence", lambda rows: rows.remove(_of(rows, attendee_id=DEE)))
    for one in copies:
        if one.claims:
            one.claims = {"here": 3, "inside": [ADA, BEA, CY], "twice": [CY]}


def lost_undo(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """An acknowledged undo is in no copy."""
    _everywhere(copies, "presence", lambda rows: rows.remove(_of(rows, kind="undone")))


def lost_leave(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """An acknowledged leaving is in no copy."""
    _everywhere(copies, "presence", lambda rows: rows.remove(_of(rows, kind="left")))


def lost_in_one(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A fact is missing on one laptop."""
    rows = copies[2].tables["presence"]
    rows.remove(_of(rows, attendee_id=DEE))


def lost_verdict(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """What a scan was answered is in no copy."""
    _everywhere(copies, "verdict", lambda rows: rows.remove(_of(rows, outcome="already-here")))


def lost_walk_in(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A walk-in is on no list."""
    _everywhere(copies, "attendee", lambda rows: rows.remove(_of(rows, id=DEE)))


def lost_note(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A note is gone."""
    _everywhere(copies, "note", lambda rows: rows.clear())


def lost_version(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A note is there without its history."""
    _everywhere(copies, "note_version", lambda rows: rows.clear())


def lost_amendment(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A note is as it was taken, though somebody changed it."""
    _everywhere(copies, "note_version", lambda rows: rows[1:] and rows.pop())


def note_apart(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A note does not say what its latest version says."""
    _everywhere(copies, "note", lambda rows: [row.update(text="u") for row in rows])


def lost_clock(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A session that was begun has not begun."""
    _everywhere(copies, "clock_fact", lambda rows: rows.clear())


def lost_wish(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """What was wished is gone from one copy."""
    copies[1].tables["wish"].clear()


def later_moment(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """The moment of an arrival is not the one that was answered."""
    _everywhere(
        copies, "presence",
        lambda rows: _of(rows, attendee_id=DEE).update(at="2025-11-12T10:00:00.000+00:00"),
    )  # fmt: skip


def other_authority(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A fact is in another authority's name than the one that decided."""
    _everywhere(copies, "presence", lambda rows: _of(rows, attendee_id=DEE).update(authority=SOUTH))


def welcomed_twice(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """Two connected desks let the same ticket in; nothing was taken back."""
    again = _of(copies[0].tables["presence"], attendee_id=DEE) | {
        "id": _id(900), "number": 2, "desk": "Desk 1",
    }  # fmt: skip
    for one in copies:
        one.tables["presence"].append(dict(again))
        one.tables["verdict"].append(
            {"id": _id(901), "outcome": "welcome", "at": again["at"], "attendee_id": DEE}
        )
    history.append(
        {"desk": "Desk 1", "asked": 5.0, "answered": 1000.0, "op": "scan", "outcome": "welcome",
         "at": again["at"], "at_desk": "Desk 1", "attendee": DEE, "fact": _id(900),
         "authority": HUB}
    )  # fmt: skip


def taken_back_too_late(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """Welcomed twice, and only then the first was taken back."""
    for one in copies:
        rows = one.tables["presence"]
        undone = _of(rows, kind="undone")
        second = next(r for r in rows if r["attendee_id"] == ADA and r["number"] == 3)
        undone["number"], second["number"] = 3, 2


def taken_back_too_late_elsewhere(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """The undo came from a desk that was alone, and reached the hub after the second welcome."""
    order = {}
    for one in copies:
        rows = one.tables["presence"]
        undone = _of(rows, kind="undone")
        second = next(r for r in rows if r["attendee_id"] == ADA and r["number"] == 3)
        undone["authority"] = NORTH
        order = {("presence", undone["id"]): 9, ("presence", second["id"]): 8}
    copies[0].order = order


def one_desk_twice(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A desk that is alone lets in whom it had let in before."""
    for line in history:
        if line.get("attendee") == CY:
            line["desk"] = "Desk 1"


def not_listed(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A double admission is on nobody's list."""
    for one in copies:
        if one.claims:
            one.claims = {**one.claims, "twice": []}


def returned_not_listed(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """Two desks that were alone let somebody in again who had left."""
    for one in copies:
        rows = one.tables["presence"]
        rows.append(_of(rows, kind="returned") | {"id": _id(910), "authority": NORTH})


def wrongly_listed(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """The list names somebody who was let in once."""
    copies[1].claims = {**copies[1].claims, "twice": [CY, ADA]}


def looked_at_but_listed(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """Somebody looked, and the list still names it."""
    looked = {"id": _id(920), "area": "admitted-twice", "subject": CY, "decision": "seen"}
    _everywhere(copies, "decision", lambda rows: rows.append(dict(looked)))


def counted_twice(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """The headcount counts a double admission as two."""
    copies[1].claims = {**copies[1].claims, "here": 5}


def left_but_counted(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """Somebody who left is counted as here."""
    for one in copies:
        rows = one.tables["presence"]
        last = _of(rows, attendee_id=DEE)
        rows.append(last | {"id": _id(930), "kind": "left", "number": 2, "follows": last["id"]})


def here_not_counted(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """Somebody who is here is not counted."""
    copies[2].claims = {**copies[2].claims, "here": 3, "inside": [ADA, BEA, CY]}


def rows_differ(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A name is spelled otherwise on one laptop."""
    copies[1].tables["attendee"][0]["name"] = "y"


def row_too_many(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A laptop has a verdict that the hub has not."""
    copies[2].tables["verdict"].append(copies[2].tables["verdict"][0] | {"id": _id(940)})


def note_at_a_desk(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A desk's laptop holds notes, which it may not read."""
    copies[2].tables["note"] = [dict(row) for row in copies[1].tables["note"]]


def lap(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """Two people have one seat."""
    _everywhere(copies, "seat", lambda rows: _of(rows, attendee_id=BEA).update(place=0))


def same_revision(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """Two changes of the seats have one number."""
    _everywhere(copies, "seat_change", lambda rows: rows.append({"id": _id(950), "revision": 1}))


def already_here_of_nobody(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """ "Already here since" names a moment at which nobody was let in."""
    _of(history, outcome="already-here")["since"] = "2025-11-12T08:00:00.000Z"


def still_to_send(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """All is healed, and a desk still has something to send."""
    copies[2].waiting = 2


def hub_decided_no_more(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A fact that the hub decided has become a lone desk's."""
    line = _of(history, attendee=BEA, op="scan")
    for one in copies:
        _of(one.tables["presence"], id=line["fact"])["authority"] = SOUTH


def not_answered(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """Somebody stood at a desk and was told of a network."""
    history.append(
        {"desk": "Desk 1", "asked": 1.0, "answered": 9.0, "op": "scan", "outcome": "failed"}
    )


def bug(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """Something broke that nobody expected."""
    history.append(
        {"desk": "Desk 1", "asked": 1.0, "answered": 9.0, "op": "catch_up", "outcome": "bug"}
    )


def broken(history: list[dict[str, Any]], copies: list[Copy]) -> None:
    """A file is damaged."""
    copies[1].broken = ["row 3 missing from index"]


FAULTS = {
    lost_fact: "missing fact", lost_undo: "missing fact", lost_leave: "missing fact",
    lost_in_one: "missing fact", lost_verdict: "missing verdict", lost_walk_in: "missing person",
    lost_note: "missing note", lost_version: "missing note",
    lost_amendment: "missing note", lost_clock: "missing fact", lost_wish: "missing wish",
    note_apart: "note apart",
    later_moment: "changed fact",
    other_authority: "changed fact", welcomed_twice: "welcomed twice",
    taken_back_too_late: "welcomed twice", taken_back_too_late_elsewhere: "welcomed twice",
    one_desk_twice: "welcomed twice", not_listed: "not on the list",
    returned_not_listed: "not on the list", wrongly_listed: "wrongly on the list",
    looked_at_but_listed: "wrongly on the list", counted_twice: "counted wrong",
    left_but_counted: "counted wrong", here_not_counted: "counted wrong",
    rows_differ: "copies differ", row_too_many: "copies differ", note_at_a_desk: "may not hold",
    lap: "two on a seat", same_revision: "two on a seat",
    already_here_of_nobody: "already here of nobody", still_to_send: "still to send",
    not_answered: "not answered", bug: "bug", broken: "broken",
    hub_decided_no_more: "changed fact",
}  # fmt: skip


def test_a_good_day_has_no_findings() -> None:
    assert check(*a_good_day()) == []


@pytest.mark.parametrize(("fault", "kind"), FAULTS.items(), ids=lambda f: getattr(f, "__name__", f))
def test_one_fault_is_found(fault: Callable[..., None], kind: str) -> None:
    history, copies = a_good_day()
    fault(history, copies)
    found = check(history, copies)
    assert kind in {one.kind for one in found}, [str(one) for one in found]


def test_a_term_that_did_not_know_the_last_may_welcome_again_and_it_is_listed() -> None:
    day = Day()
    day.welcome("Desk 1", ADA, HUB)
    day.welcome("Desk 2", ADA, LATER, number=1)
    history, copies = day.world()
    for one in copies[1:]:
        one.claims = {"here": 1, "inside": [ADA], "twice": [ADA]}
    assert check(history, copies) == []


def test_two_that_were_alone_may_take_one_arrival_back() -> None:
    """The first of them reached the hub before the second welcome, the other after it."""
    for late in (NORTH, SOUTH):
        day = Day()
        first = day.welcome("Desk 1", ADA, HUB)
        undone = {
            who: day.fact(ADA, "undone", who, who, undoes=first, follows=first, number=2)
            for who in (NORTH, SOUTH)
        }
        second = day.welcome("Desk 2", ADA, HUB)
        history, copies = day.world()
        for one in copies[1:]:
            one.claims = {"here": 1, "inside": [ADA], "twice": []}
        copies[0].order = {("presence", second): 8} | {
            ("presence", fact): 9 if who == late else 7 for who, fact in undone.items()
        }
        assert check(history, copies) == []


def test_what_contradicts_may_be_kept_aside() -> None:
    history, copies = a_good_day()
    aside = {"id": _id(960), "there": json.dumps({"line": {"id": _id(53)}})}
    for one in copies:
        one.tables["clock_fact"] = []
        one.tables["set_aside"] = [dict(aside)]
    assert check(history, copies) == []


def test_an_answer_that_was_lost_was_the_hubs_all_the_same() -> None:
    """Decided alone by the desk, under the id that had reached the hub."""
    history, copies = a_good_day()
    _of(history, op="walk_in")["authority"] = SOUTH
    assert check(history, copies) == []


# --- reading --------------------------------------------------------------------------------------


def test_a_history_that_was_cut_off_keeps_its_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "desk.jsonl"
    path.write_bytes(b'{"n": 1}\n{"n": 2}\n{"n": 3')
    assert [line["n"] for line in read_history(path)] == [1, 2]


ROW = "019a8a30-1111-7222-8333-444455556666"


def test_a_file_and_a_server_read_alike(tmp_path: Path, server: str) -> None:
    path = tmp_path / "raw.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(
            "CREATE TABLE thing (id CHAR(32) PRIMARY KEY, at DATETIME, day DATE, yes BOOLEAN,"
            " words VARCHAR, more JSON, bits BLOB, much FLOAT, other CHAR(32) REFERENCES thing(id))"
        )
        raw.execute(
            "INSERT INTO thing VALUES (?, '2025-11-12 09:31:07.120000', '2025-11-12', 1, 'a-b',"
            " ?, x'00ff', 1.5, NULL)", (key(ROW), json.dumps({"b": [1], "a": None})),
        )  # fmt: skip
        raw.commit()
    url = database_url(server)
    name = conninfo_to_dict(url)["dbname"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        connection.execute(f"CREATE ROLE reader_{name}".encode())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE thing (id uuid, at timestamptz, day date, yes boolean, words varchar,"
            " more json, bits bytea, much float, other uuid)"
        )
        connection.execute(
            "INSERT INTO thing VALUES (%s, '2025-11-12 10:31:07.12+01', '2025-11-12', true, 'a-b',"
            """ '{"a": null, "b": [1]}', '\\x00ff', 1.5, NULL)""", (ROW,),
        )  # fmt: skip
        connection.execute(
            "CREATE TABLE change (number bigint, name text, key text);"
            f"INSERT INTO change VALUES (8, 'thing', '{ROW}'), (5, 'thing', '{ROW}');"
            f"GRANT SELECT ON thing TO reader_{name}".encode()
        )
    tables, wrong = read_file(path)
    there, order = read_server(url)
    assert tables["thing"] == there["thing"]
    assert tables["thing"][0]["id"] == key(ROW)
    assert wrong == []
    assert order == {("thing", key(ROW)): 5}
    assert readable_by(url, f"reader_{name}") == {"thing"}


def test_a_reference_to_nothing_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "raw.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE thing (id TEXT PRIMARY KEY, other TEXT REFERENCES thing(id))")
        raw.execute("INSERT INTO thing VALUES ('a', 'b')")
        raw.commit()
    assert read_file(path)[1] == ["thing refers to a thing that is not there"]
