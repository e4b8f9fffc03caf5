"""A name in every text of every table: none is left in any byte after a purge or an erasure."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, String, Uuid, insert, text
from sqlmodel import col, select

from facilitator.app import EventApp, open_event
from facilitator.domain.ids import new_id
from facilitator.services.privacy_purge import OWN_WORDS, PUBLIC
from facilitator.store.database import table_order
from facilitator.store.rows import UtcDateTime
from tests import day
from tests.people import add_person

NAME = "Marguerite O’Quillfeather"
EMAIL = "mq@quillfeather.example"
CODE = "QUILL-777123"
PHONE = "020 7946 0777"
#: a word that the program itself would write there, where not any will do
WORDS = {"side": "general-practice", "moment": "before", "aims": {"borough": "gather"},
         "starts": "2025-11-12T10:00"}  # fmt: skip
KINDS = {"note": "action", "programme_session": "talk", "presence": "arrived",
         "clock_fact": "start", "draft": "action", "question": "choice"}  # fmt: skip
#: what a text holds that names somebody in every way at once
MARKED = f"{NAME}, O’Quillfeather Pharmacy; {EMAIL} {CODE} {PHONE}"


def _is_text(column: Any) -> bool:
    return isinstance(getattr(column.type, "impl", column.type), String)


def mark_every_column(app: EventApp, but: frozenset[str] = frozenset()) -> dict[str, set[str]]:
    """A further row in every table (`but` some), with the marker in every text and JSON column; the
    person whom it names is on the list. Answers with the columns that were marked, by table."""
    numbers = count(1000)
    marked: dict[str, set[str]] = {}
    made: dict[str, Any] = {}
    with app.database.session() as session:
        for table in table_order():
            if table.name in PUBLIC | but:
                continue
            values: dict[str, Any] = {}
            for column in table.columns:
                name, kind = column.name, column.type
                own = OWN_WORDS.get(table.name, set())
                if column.foreign_keys:
                    target = next(iter(column.foreign_keys)).column.table.name
                    values[name] = None if target == table.name else made[target]
                elif column.primary_key and isinstance(kind, Uuid):
                    values[name] = new_id()
                elif name in own:
                    other = f"w{next(numbers)}" if column.unique or column.primary_key else "word"
                    words = WORDS | {"kind": KINDS.get(table.name, other)}
                    word = words.get(name, other)
                    values[name] = word if _is_text(column) else [word]
                elif _is_text(column):
                    values[name] = f"{MARKED}; row {next(numbers)}"
                elif isinstance(kind, JSON):
                    values[name] = {"who": [MARKED], MARKED: {"name": MARKED}}
                elif isinstance(kind, UtcDateTime):
                    values[name] = None if column.nullable else app.clocks.now()
                elif column.nullable:
                    values[name] = None
                elif isinstance(kind, Uuid):
                    values[name] = new_id()
                else:
                    values[name] = next(numbers) if kind.python_type is int else kind.python_type(0)
                if (_is_text(column) or isinstance(kind, JSON)) and name not in own:
                    marked.setdefault(table.name, set()).add(name)
            session.execute(insert(table).values(values))
            key = next(iter(table.primary_key.columns)).name
            made[table.name] = values[key]
    return marked


def everything(app: EventApp) -> str:
    """Every value of every table as the database holds it, and what it knows of its columns."""
    found: list[str] = []
    with app.database.reading() as session:
        for table in table_order():
            for row in session.execute(text(f'SELECT * FROM "{table.name}"')):
                found += [json.dumps(v, default=str, ensure_ascii=False) for v in row]
        if app.database.is_server:
            found += [str(row) for row in session.execute(text("SELECT * FROM pg_stats"))]
    return "\n".join(found)


def left_in(folder: Path, *words: str) -> list[tuple[str, str]]:
    """Files in which a word is left, in UTF-8 or as JSON escapes it."""
    found = []
    for path in folder.rglob("*"):
        data = path.read_bytes().lower() if path.is_file() else b""
        for word in words:
            ways = {word.lower().encode(), json.dumps(word.lower())[1:-1].encode()}
            found += [(path.name, word) for way in ways if way in data]
    return found


def test_every_text_of_every_table_is_marked(app: EventApp) -> None:
    add_person(app, NAME)
    marked = mark_every_column(app)
    without = {t.name for t in table_order()} - PUBLIC - set(marked)
    of_its_own = {"hands", "verdict", "round_table", "seat", "told", "heard", "outbox", "removal",
                  "sharing"}  # fmt: skip
    assert without <= of_its_own, "only words of its own"
    assert {"details", "name"} <= marked["document_fact"]
    assert {"reason", "operator", "decided_by"} <= marked["presence"]
    assert {"here_words", "there_words", "there", "what"} <= marked["set_aside"]
    unknown = {
        (name, column) for name, columns in OWN_WORDS.items() for column in columns
        if column not in next(t for t in table_order() if t.name == name).columns
    }  # fmt: skip
    assert not unknown, "a column of the program's own words that there is not"


@pytest.mark.parametrize("keep", [False, True])
def test_a_purge_leaves_no_name_in_any_column(app: EventApp, keep: bool) -> None:
    add_person(app, NAME, email=EMAIL, phone=PHONE, organisation="O’Quillfeather Pharmacy",
               codes=(CODE,))  # fmt: skip
    add_person(app, "Ada Larkin", contact_consent=True, email="ada@people.example")
    mark_every_column(app)
    app.database.engine.dispose()
    app.privacy.purge(keep_consented=keep)
    whole = everything(app)
    for secret in ("quillfeather", "marguerite", CODE.lower(), PHONE):
        assert secret not in whole.lower(), whole[max(0, whole.lower().index(secret) - 200) :][:400]
    assert ("Larkin" in whole) is keep
    assert app.privacy.held().people == (1 if keep else 0)


def test_a_purge_leaves_no_name_in_any_byte(file_app: EventApp, tmp_path: Path) -> None:
    add_person(file_app, NAME, email=EMAIL, phone=PHONE, codes=(CODE,))
    mark_every_column(file_app)
    file_app.health.backup(tmp_path / "copy.bin")
    secrets = ("quillfeather", "Marguerite", CODE, PHONE)
    assert {word for _, word in left_in(tmp_path, *secrets)} == set(secrets)
    assert file_app.privacy.purge().unreached == ()
    assert left_in(tmp_path, *secrets) == []


def test_an_erasure_leaves_none_of_one_person(file_app: EventApp, tmp_path: Path) -> None:
    person = add_person(file_app, NAME, email=EMAIL, phone=PHONE, codes=(CODE,))
    mark_every_column(file_app)
    # whoever shares an address or a code keeps it: here nobody does
    with file_app.database.session() as session:
        for table in ("attendee_code", "source_row"):
            session.execute(
                text(f"DELETE FROM {table} WHERE attendee_id <> :k"), {"k": person.id.hex}
            )
        session.execute(text("UPDATE person_change SET field='diet'"))
        session.execute(
            text("UPDATE attendee SET given_name='Bo', family_name='Stays', email='', phone='', "
                 "title='', organisation='', ticket='T', guessed='[]', edited='[]' WHERE id <> :k"),
            {"k": person.id.hex},
        )  # fmt: skip
    file_app.health.backup(tmp_path / "copy.bin")
    file_app.privacy.erase(person.id)
    assert left_in(tmp_path, NAME, EMAIL, CODE) == []
    assert [p.name for p in file_app.people.all()] == ["Bo Stays"]


def test_words_of_the_program_stay_where_an_organisation_is_called_like_one(
    file_app: EventApp,
) -> None:
    """An organisation called Action, a person called Arrived: no kind of note or fact is lost."""
    day.full_day(file_app)
    add_person(file_app, "Myth Arrived", organisation="Action")
    add_person(file_app, "Partly Before", organisation="Busted")
    before = file_app.report.figures("none")
    file_app.privacy.purge()
    after = file_app.report.figures("none")
    assert [len(after.actions), len(after.myths)] == [len(before.actions), len(before.myths)]
    assert [m.verdict for m in after.myths] == [m.verdict for m in before.myths]
    assert after.came == before.came
    assert [m.hands for m in after.myths] == [m.hands for m in before.myths]


def test_a_contradiction_of_another_copy_goes_with_its_person(file_app: EventApp) -> None:
    from facilitator.store.rows import DecisionRow, SetAsideRow

    person, other = add_person(file_app, "Ada Larkin"), add_person(file_app, "Bo Stays")
    with file_app.database.session() as session:
        for one in (person, other):
            session.add(SetAsideRow(
                at=file_app.clocks.now(), source="b", area="person", subject=str(one.id),
                field="family_name", what="The family name", here_words="x",
                there_words=f"Otherwise{one.given_name}"))  # fmt: skip
        session.add(DecisionRow(at=file_app.clocks.now(), by="Olu", area="set-aside",
                                subject="1", decision="here"))  # fmt: skip
        session.add(DecisionRow(at=file_app.clocks.now(), by="Olu", area="admitted-twice",
                                subject=str(other.id), decision="seen"))  # fmt: skip
    day.add_note(file_app, "pain-point", "Ask Ada OtherwiseAda or Bo OtherwiseBo")
    file_app.privacy.erase(person.id)
    assert "OtherwiseAda" not in everything(file_app)
    assert "OtherwiseBo" in everything(file_app)
    file_app.privacy.purge()
    whole = everything(file_app)
    assert "OtherwiseBo" not in whole
    assert '"Olu"' not in whole


def test_laptops_that_are_called_like_people_are_numbered(app: EventApp) -> None:
    """A desk's name is unique: two that lose theirs must not come to be called the same."""
    from facilitator.store.rows import JoinedRow

    for name in ("Ada Larkin", "Bo Shah"):
        add_person(app, name)
    names = ("Ada Larkin", "Door A", "Bo Shah", "Desk 3")
    with app.database.session() as session:
        for number, name in enumerate(names):
            at = app.clocks.now() + timedelta(seconds=number)
            session.add(JoinedRow(name=name, role="desk", login=f"f_x_{number}", joined_at=at))
    app.privacy.purge()
    with app.database.reading() as session:
        rows = session.exec(select(JoinedRow).order_by(col(JoinedRow.joined_at))).all()
        assert [row.name for row in rows] == ["Desk 1", "Door A", "Desk 4", "Desk 3"]


def test_a_copy_does_not_take_itself_for_a_joined_laptop(
    file_app: EventApp, tmp_path: Path
) -> None:
    from facilitator.store.hub_outbox import begin_capturing, count_waiting, write_mark

    with file_app.database.engine.begin() as connection:
        begin_capturing(connection)
        write_mark(connection, "cursor", {"term": 1, "hub": str(new_id()), "number": 7})
    add_person(file_app, "Ada Larkin")
    with file_app.database.engine.connect() as connection:
        assert count_waiting(connection) > 0
    file_app.database.backup(tmp_path / "stick.facilitator")
    with open_event(tmp_path / "stick.facilitator") as copy:
        add_person(copy, "Bo Shah")
        assert [one.name for one in copy.people.all()] == ["Ada Larkin", "Bo Shah"]
        with copy.database.engine.connect() as connection:
            assert count_waiting(connection) == 0
            assert not connection.execute(text("SELECT * FROM sharing")).all()
