"""The table of who may do what: complete, and what the issue of sharing asks of each role."""

from __future__ import annotations

import pytest
from sqlmodel import SQLModel

from facilitator.domain.errors import Refused
from facilitator.domain.roles import (
    ALLOWED,
    ALONE,
    AREA_OF,
    EVERYTHING,
    LAPTOP_SETTINGS,
    NOTHING,
    ONLY,
    Area,
    Role,
    Verb,
    alone_may,
    area_of,
    may,
    may_write,
    refusal,
    tables_read_by,
    verbs_on,
    waits,
)
from facilitator.store import rows

#: facts of the day: appended, never changed
FACTS = {
    "scan", "verdict", "presence", "question_answer", "badge_fact", "told", "seat_change", "seat",
    "clock_fact", "note_version", "hands", "person_change", "document_fact", "decision",
}  # fmt: skip


def _tables() -> dict[str, set[str]]:
    assert rows.Row.metadata is SQLModel.metadata
    return {
        name: {column.name for column in table.columns}
        for name, table in SQLModel.metadata.tables.items()
    }


def test_somebody_decided_about_every_table() -> None:
    # A new table fails here until it has its area in facilitator/domain/roles.py.
    assert set(AREA_OF) == set(_tables())


def test_every_area_says_something_about_every_role() -> None:
    assert set(ALLOWED) == set(Area)
    assert all(set(cells) == set(Role) for cells in ALLOWED.values())


@pytest.mark.parametrize("area", list(Area))
def test_whoever_is_trusted_more_may_do_no_less(area: Area) -> None:
    cells = ALLOWED[area]
    assert cells[Role.DESK] <= cells[Role.FACILITATOR] <= cells[Role.ORGANISER]


@pytest.mark.parametrize("role", [Role.DESK, Role.FACILITATOR])
@pytest.mark.parametrize("table", sorted(FACTS))
def test_only_an_organiser_touches_facts(role: Role, table: str) -> None:
    assert not verbs_on(role, table) & {Verb.CHANGE, Verb.REMOVE}
    assert verbs_on(Role.ORGANISER, table) == EVERYTHING


def test_a_desk_removes_nothing_at_all() -> None:
    assert [t for t in AREA_OF if Verb.REMOVE in verbs_on(Role.DESK, t)] == []


def test_a_facilitator_removes_only_what_is_set_up_for_tables_and_tags_of_notes() -> None:
    assert {t for t in AREA_OF if Verb.REMOVE in verbs_on(Role.FACILITATOR, t)} == {
        "room_table", "round", "round_table", "wish", "attendance_wish", "note_theme",
        "note_borough",
    }  # fmt: skip


@pytest.mark.parametrize(
    "table",
    ["note", "note_version", "note_theme", "note_borough", "hands", "pledge", "draft", "answer",
     "source", "source_row", "asset", "set_aside", "heard", "join_code", "sharing", "outbox"],
)  # fmt: skip
def test_a_desk_has_nothing_of_what_it_does_not_need(table: str) -> None:
    assert table not in tables_read_by(Role.DESK)


@pytest.mark.parametrize(
    "table", ["attendee", "presence", "seat", "wish", "clock_fact", "setting", "event", "question"]
)
def test_a_desk_reads_what_check_in_needs(table: str) -> None:
    assert table in tables_read_by(Role.DESK)


def test_what_stays_on_a_laptop_is_nobody_elses() -> None:
    for table in ("draft", "sharing", "outbox"):
        assert all(verbs_on(role, table) == NOTHING for role in Role)
        assert all(alone_may(table, verb) for verb in Verb)


@pytest.mark.parametrize(
    ("role", "area", "verb", "answer"),
    [
        ("desk", "check-in", "add", True),
        ("desk", "people", "read", True),
        ("desk", "people", "change", False),
        ("desk", "programme", "read", True),
        ("desk", "programme", "change", False),
        ("desk", "clock", "add", False),
        ("desk", "notes", "read", False),
        ("desk", "room", "change", False),
        ("facilitator", "programme", "change", True),
        ("facilitator", "clock", "add", True),
        ("facilitator", "tables", "change", True),
        ("facilitator", "notes", "add", True),
        ("facilitator", "room", "change", True),
        ("facilitator", "people", "change", False),
        ("facilitator", "documents", "read", False),
        ("facilitator", "privacy", "remove", False),
        ("facilitator", "sharing", "change", False),
        ("organiser", "privacy", "remove", True),
        ("organiser", "sharing", "change", True),
        ("organiser", "documents", "read", True),
        ("organiser", "event", "change", True),
    ],
)
def test_what_the_window_asks(role: str, area: str, verb: str, answer: bool) -> None:
    assert may(role, area, verb) is answer


def test_an_area_or_a_role_that_there_is_not_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="kitchen"):
        may("desk", "kitchen", "read")
    with pytest.raises(ValueError, match="cook"):
        may("cook", "notes", "read")
    with pytest.raises(KeyError):
        area_of("no_such_table")


def test_a_desk_sets_a_consent_and_not_a_name() -> None:
    assert may_write("desk", "attendee", Verb.CHANGE, {"contact_consent", "edited"})
    assert not may_write("desk", "attendee", Verb.CHANGE, {"contact_consent", "given_name"})
    assert not may_write("desk", "attendee", Verb.CHANGE, {"erased_at"})
    assert may_write("desk", "attendee", Verb.ADD, {"given_name"})
    assert may_write("organiser", "attendee", Verb.CHANGE, {"given_name"})


def test_a_facilitator_sets_what_the_room_sees_and_not_whom_to_call() -> None:
    assert may_write("facilitator", "setting", Verb.CHANGE, key="room")
    assert may_write("facilitator", "setting", Verb.ADD, key="published")
    assert not may_write("facilitator", "setting", Verb.CHANGE, key="desk_pin")
    assert not may_write("desk", "setting", Verb.CHANGE, key="room")


def test_narrowed_are_only_columns_and_tables_that_there_are() -> None:
    tables = _tables()
    for (role, table), only in ONLY.items():
        assert verbs_on(role, table) - {Verb.READ}
        assert only.fields <= tables[table]
    for table, verbs in ALONE.items():
        assert Verb.READ not in verbs
        for only in verbs.values():
            assert only.fields <= tables[table]


@pytest.mark.parametrize("table", ["scan", "verdict", "presence", "question_answer", "note",
                                   "note_version", "hands", "clock_fact", "told"])  # fmt: skip
def test_alone_the_day_goes_on(table: str) -> None:
    assert alone_may(table, Verb.ADD)


def test_alone_a_walk_in_is_added_and_seated_when_back() -> None:
    assert alone_may("attendee", Verb.ADD)
    assert not alone_may("seat_change", Verb.ADD)
    assert not alone_may("seat", Verb.ADD)


@pytest.mark.parametrize("table", ["programme_session", "room_table", "wish", "event", "question",
                                   "source", "asset", "joined", "side"])  # fmt: skip
@pytest.mark.parametrize("verb", [Verb.ADD, Verb.CHANGE, Verb.REMOVE])
def test_alone_all_else_waits(table: str, verb: Verb) -> None:
    assert not alone_may(table, verb)


def test_alone_nothing_that_happened_is_changed_or_removed() -> None:
    for table in FACTS:
        assert not alone_may(table, Verb.CHANGE)
        assert not alone_may(table, Verb.REMOVE)


def test_alone_a_consent_is_kept_and_a_name_waits() -> None:
    assert alone_may("attendee", Verb.CHANGE, {"photo_consent", "edited"})
    assert not alone_may("attendee", Verb.CHANGE, {"family_name"})
    assert alone_may("round", Verb.CHANGE, {"started_at"})
    assert not alone_may("round", Verb.CHANGE, {"aims"})


def test_alone_the_room_still_goes_black_and_wrong_pins_are_counted() -> None:
    assert alone_may("setting", Verb.CHANGE, key="room")
    assert all(alone_may("setting", Verb.CHANGE, key=key) for key in LAPTOP_SETTINGS)
    assert not alone_may("setting", Verb.CHANGE, key="call")


def test_a_refusal_says_who_may() -> None:
    said = refusal("desk", "programme_session")
    assert isinstance(said, Refused)
    assert str(said) == (
        "A registration desk may not change the programme. Nothing was changed. "
        "Ask a facilitator or an organiser."
    )
    assert str(refusal("facilitator", "people", "add")) == (
        "A facilitator may not add to the list of people. Nothing was changed. Ask an organiser."
    )
    assert str(refusal("desk", "note", Verb.READ)) == (
        "A registration desk may not read the notes. Ask a facilitator or an organiser."
    )
    assert "Ask an organiser." in str(refusal("desk", "attendee"))
    assert str(refusal("facilitator", "sharing")) == (
        "A facilitator may not change who shares the event. Nothing was changed. Ask an organiser."
    )


@pytest.mark.parametrize("subject", [*sorted(AREA_OF), *(area.value for area in Area)])
def test_every_subject_has_words(subject: str) -> None:
    for sentence in (str(waits(subject)), *(str(refusal("desk", subject, v)) for v in Verb)):
        assert sentence.endswith(".")
        assert "  " not in sentence


def test_what_waits_says_so_and_what_goes_on() -> None:
    assert str(waits("seat")) == (
        "The hub does not answer: changing the seats waits until it is back. "
        "Nothing was changed. Check-in, notes and the clock go on here."
    )
