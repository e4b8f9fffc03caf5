"""Lists into the event: all of one or nothing, nobody twice, what people decided stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from facilitator.app import EventApp
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.people import Person, Status
from facilitator.services.importing import ImportPreview, ImportResult
from facilitator.store.rows import SourceRow, SourceRowRow
from tests.people import add_person

LISTS = Path(__file__).parent.parent / "data" / "lists"
BIG = LISTS / "eventbrite-uk-120.csv"


def write(folder: Path, text: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def bring(app: EventApp, folder: Path, text: str, **more: object) -> ImportResult:
    return app.importing.apply([write(folder, text)], **more)  # type: ignore[arg-type]


def named(app: EventApp, name: str) -> Person:
    (person,) = [p for p in app.people.all() if p.name == name]
    return person


def counts(did: ImportPreview) -> tuple[int, int, int, int]:
    return did.added, did.known, did.changed, did.cancelled


def test_a_list_comes_in(app: EventApp) -> None:
    result = app.importing.apply([BIG])
    assert counts(result.did) == (120, 0, 0, 3)
    assert result.changes == Changes.PEOPLE
    people = app.people.all()
    assert [p.id for p in people] == list(result.added)
    assert [p.position for p in people] == list(range(1, 121))
    priya = people[0]
    assert (priya.name, priya.side, priya.borough) == (
        "Priya Raman", "general-practice", "Southwark",
    )  # fmt: skip
    assert (priya.codes, priya.status) == (("0104822190000",), Status.EXPECTED)
    assert priya.guessed == {"side", "profession", "front_line"}
    assert len({p.ticket for p in people}) == 120
    assert sum(p.status is Status.CANCELLED for p in people) == 3
    assert ("Who do you hope to meet?", "Anyone from Peckham") in app.people.answers(priya.id)


def test_the_same_list_again_doubles_nobody(app: EventApp) -> None:
    app.importing.apply([BIG])
    before = app.people.all()
    again = app.importing.apply([BIG])
    assert counts(again.did) == (0, 120, 0, 3)
    assert app.people.all() == before
    assert len(app.people.answers(before[0].id)) == len(set(app.people.answers(before[0].id)))
    assert app.people.changes_of(before[0].id) == []


def test_a_preview_writes_nothing(app: EventApp) -> None:
    preview = app.importing.preview([BIG, BIG])
    assert counts(preview) == (120, 120, 0, 6)
    assert app.people.all() == []
    balance = {count.side.key: count for count in preview.balance}
    assert sum(count.people for count in preview.balance) == 234
    assert balance["general-practice"].front_line > 100
    assert balance["other"].leaders == 4
    # and what was previewed is what is written
    assert counts(app.importing.apply(preview).did) == counts(preview)
    assert len(app.people.all()) == 120


@pytest.mark.parametrize("path", sorted(LISTS.iterdir()), ids=lambda path: path.name)
def test_every_shape_goes_in_twice(file_app: EventApp, path: Path) -> None:
    first = file_app.importing.apply([path]).did
    people = file_app.people.all()
    assert len(people) == first.added
    second = file_app.importing.apply([path]).did
    assert (second.added, second.known, second.changed) == (0, first.added, 0)
    assert file_app.people.all() == people


def test_a_later_list_changes_what_it_says(app: EventApp, tmp_path: Path) -> None:
    head = "Name,Email,Organisation,Barcode,Status,Bringing\n"
    bring(app, tmp_path, head + "Ada Larkin,a@x.example,Larkin,1,,cake\nBo Ek,b@x.example,,2,,\n")
    result = bring(
        app, tmp_path,
        head + "Ada Larkin,a@x.example,Larkin & Sons,7,,tea\nBo Ek,b@x.example,,2,cancelled,\n"
        "Cy Fox,,,,,\n",
    )  # fmt: skip
    assert counts(result.did) == (1, 2, 2, 1)
    ada, bo = named(app, "Ada Larkin"), named(app, "Bo Ek")
    assert (ada.organisation, ada.codes) == ("Larkin & Sons", ("1", "7"))
    assert app.people.answers(ada.id) == [("Bringing", "tea")]
    assert bo.status is Status.CANCELLED
    (change,) = app.people.changes_of(ada.id)
    assert (change.field, change.old, change.new) == ("organisation", "Larkin", "Larkin & Sons")
    assert (change.how, change.by) == ("imported", "list “list.csv”")
    assert [c.field for c in app.people.changes_of(bo.id)] == ["cancelled"]
    back = bring(app, tmp_path, head + "Bo Ek,b@x.example,,2,attending,\n")
    assert counts(back.did) == (0, 1, 1, 0)
    assert named(app, "Bo Ek").status is Status.EXPECTED


def test_what_was_edited_by_hand_wins(app: EventApp, tmp_path: Path) -> None:
    text = "Name,Email,Organisation,Borough\nAda Larkin,a@x.example,Larkin,Ealing\n"
    bring(app, tmp_path, text)
    ada = named(app, "Ada Larkin")
    app.people.edit(ada.id, {"organisation": "Byron Ltd", "email": "new@x.example"})
    result = bring(app, tmp_path, text.replace("Ealing", "Brent"))
    assert counts(result.did) == (0, 1, 1, 0)
    assert result.did.kept == (("Ada Larkin", ("email", "organisation")),)
    ada = named(app, "Ada Larkin")
    assert (ada.organisation, ada.email, ada.borough) == ("Byron Ltd", "new@x.example", "Brent")


def test_a_name_mended_by_hand_is_not_a_new_person(app: EventApp, tmp_path: Path) -> None:
    text = "Name,Email\nAda Larkn,a@x.example\n"
    bring(app, tmp_path, text)
    app.people.edit(app.people.all()[0].id, {"family_name": "Larkin", "email": "b@x.example"})
    result = bring(app, tmp_path, text)
    assert counts(result.did) == (0, 1, 0, 0)
    assert [p.name for p in app.people.all()] == ["Ada Larkin"]


def test_cancelled_by_hand_stays_cancelled(app: EventApp, tmp_path: Path) -> None:
    text = "Name,Email,Status\nAda Larkin,a@x.example,attending\n"
    bring(app, tmp_path, text)
    app.people.edit(app.people.all()[0].id, {"cancelled": True})
    result = bring(app, tmp_path, text)
    assert app.people.all()[0].status is Status.CANCELLED
    assert result.did.kept == (("Ada Larkin", ("cancelled",)),)


def test_guests_are_named_later(app: EventApp, tmp_path: Path) -> None:
    text = "Name,Quantity\nAda Larkin,3\n"
    bring(app, tmp_path, text)
    second = named(app, "Guest 2 of Ada Larkin")
    app.people.edit(second.id, {"given_name": "Bo", "family_name": "Ek"})
    assert counts(bring(app, tmp_path, text).did) == (0, 3, 0, 0)
    assert [p.name for p in app.people.all()] == ["Ada Larkin", "Bo Ek", "Guest 3 of Ada Larkin"]


def test_a_walk_in_who_turns_out_to_be_on_a_list(app: EventApp, tmp_path: Path) -> None:
    walked = add_person(app, "Ada Larkin", email="a@x.example", walk_in=True)
    # nobody has let them in: they are not on the list, and the list's Ada is somebody new
    result = bring(app, tmp_path, "Name,Email\nAda Larkin,a@x.example\n")
    assert counts(result.did) == (1, 0, 0, 0)
    assert walked.id not in {p.id for p in app.people.all()}
    assert named(app, "Ada Larkin").walk_in is False


def test_somebody_added_by_hand_is_met_by_the_list(app: EventApp, tmp_path: Path) -> None:
    known = add_person(app, "Ada Larkin", side="other", email="A@X.example")
    result = bring(app, tmp_path, "Name,Email,Side\nLarkin Ada,a@x.example,pharmacy\n")
    assert counts(result.did) == (0, 1, 1, 0)
    assert (named(app, "Larkin Ada").id, named(app, "Larkin Ada").side) == (
        known.id, "community-pharmacy",
    )  # fmt: skip


# --- guesses --------------------------------------------------------------------------------------

GUESSES = (
    "Name,Job title\nAda Larkin,Clinical pharmacist\nBo Ek,clinical Pharmacist\n"
    "Cy Fox,Practice manager\nDi Gul,GP Partner\nEd Hay,Wizard\n"
)


def test_guesses_are_grouped_and_settled_in_bulk(app: EventApp, tmp_path: Path) -> None:
    preview = app.importing.preview([write(tmp_path, GUESSES)])
    groups = {group.words: group for group in preview.groups}
    assert [(g.words, g.side, g.people) for g in preview.groups] == [
        ("Clinical pharmacist", "general-practice", 2),
        ("Practice manager", "general-practice", 1),
        ("Wizard", "other", 1),
    ]
    assert groups["Clinical pharmacist"].names == ("Ada Larkin", "Bo Ek")
    app.importing.apply(
        preview,
        corrections={
            groups["Clinical pharmacist"].key: "community-pharmacy",
            groups["Practice manager"].key: "general-practice",
        },
    )
    ada, bo, cy, di, ed = app.people.all()
    assert {p.side for p in (ada, bo)} == {"community-pharmacy"}
    assert "side" not in ada.guessed | cy.guessed
    assert "side" in di.guessed & ed.guessed
    assert [(g.words, g.ids) for g in app.importing.unconfirmed()] == [("Wizard", (ed.id,))]
    # the same list again does not undo what was decided
    bring(app, tmp_path, GUESSES)
    assert app.people.all()[0].side == "community-pharmacy"


def test_sides_are_settled_afterwards(app: EventApp, tmp_path: Path) -> None:
    bring(app, tmp_path, GUESSES)
    group = app.importing.unconfirmed()[0]
    assert (group.words, group.people) == ("Clinical pharmacist", 2)
    done = app.importing.settle(group.ids, "community-pharmacy", by="Amina")
    assert done.changes == Changes.PEOPLE
    assert {p.side for p in app.people.all()[:2]} == {"community-pharmacy"}
    (change,) = app.people.changes_of(group.ids[0])
    assert (change.field, change.new, change.by) == ("side", "community-pharmacy", "Amina")
    assert group.words not in {g.words for g in app.importing.unconfirmed()}
    with pytest.raises(Refused, match="no side"):
        app.importing.settle(group.ids, "moon")


def test_an_unknown_side_in_a_correction_writes_nothing(app: EventApp, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no side"):
        bring(app, tmp_path, GUESSES, corrections={"wizard/other": "moon"})
    assert app.people.all() == []


# --- several lists, and trouble -------------------------------------------------------------------


def test_several_lists_meet_each_other(app: EventApp) -> None:
    lists = [LISTS / name for name in ("luma.csv", "typed.xlsx", "tito.csv")]
    expected = counts(app.importing.preview(lists))
    result = app.importing.apply(lists)
    assert counts(result.did) == expected == (13, 23, expected[2], 5)
    assert len(app.people.all()) == 13
    ada = named(app, "Ada Larkin")
    assert {"gst-Xy01", "TR01-1"} <= set(ada.codes)
    assert ada.diet == "vegetarian"


def test_one_bad_list_of_two_and_nothing_is_written(app: EventApp, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no people below"):
        app.importing.apply([BIG, write(tmp_path, "Name,Email\n")])
    assert app.people.all() == []


def test_a_mapping_is_for_the_list_that_has_the_column(app: EventApp, tmp_path: Path) -> None:
    one = write(tmp_path, "Wer,Email\nAda Larkin,a@x.example\n", "one.csv")
    other = write(tmp_path, "Name,Email\nBo Ek,b@x.example\n", "other.csv")
    app.importing.apply([one, other], {"Wer": "name"})
    assert [p.name for p in app.people.all()] == ["Ada Larkin", "Bo Ek"]
    with pytest.raises(Refused, match="None of the lists has a column “Wo”"):
        app.importing.preview([one, other], {"Wer": "name", "Wo": "borough"})


def test_no_list_at_all(file_app: EventApp) -> None:
    with pytest.raises(Refused, match="No list"):
        file_app.importing.preview([])


def test_the_source_and_its_rows_are_remembered(app: EventApp, tmp_path: Path) -> None:
    bring(app, tmp_path, "Name,ID\nAda Larkin,7\n,\nBo Ek,8\nTotal,2\n")
    with app.database.reading() as session:
        (source,) = session.exec(select(SourceRow)).all()
        rows = session.exec(select(SourceRowRow)).all()
    assert (source.name, source.system) == ("list.csv", "a list typed by hand")
    assert (source.rows, source.added, source.at) == (3, 2, app.clocks.now())
    assert source.skipped == [{"row": 5, "why": "a total, not a person"}]
    assert sorted((row.number, row.row_key.partition("|")[0]) for row in rows) == [
        (2, "7#0"),
        (4, "8#0"),
    ]
    # nobody's name or address stands there
    assert not any("larkin" in row.row_key for row in rows)


def test_other_sides(tmp_path: Path, clocks: object) -> None:
    from datetime import date

    from facilitator.app import create_event
    from facilitator.domain.sides import parse_sides
    from facilitator.services.events import NewEvent

    sides = parse_sides("hospital=Hospital,care-home=Care home")
    new = NewEvent("Ward and home", date(2025, 11, 12), sides=sides)
    with create_event(tmp_path / "other.facilitator", new) as app:
        bring(app, tmp_path, "Name,Job title\nAda Larkin,Hospital nurse\nBo Ek,Care home cook\n")
        assert [p.side for p in app.people.all()] == ["hospital", "care-home"]


def test_people_of_an_export_come_home(app: EventApp, tmp_path: Path) -> None:
    app.importing.apply([LISTS / "typed.csv"])
    head = "id,name,title,given_name,family_name,email,organisation,profession,side,front_line,"
    lines = [head + "borough,status,ticket,codes"]
    lines += [
        # as an export without names has it
        f"{p.id},,,,,,,{p.profession},{p.side},,{p.borough},{p.status},{p.ticket},"
        for p in app.people.all()
    ]
    result = bring(app, tmp_path, "\n".join(lines) + "\n")
    assert (result.did.added, result.did.known) == (0, 12)
    assert "Priya Raman" in {p.name for p in app.people.all()}
