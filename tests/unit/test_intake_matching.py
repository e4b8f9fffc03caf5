"""Who on a list is known already."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitator.domain.ids import new_id
from facilitator.intake.incoming import IncomingPerson
from facilitator.intake.lists import AttendeeList, read_list
from facilitator.intake.matching import UPDATABLE, Change, ExistingPerson, Matches, match

LISTS = Path(__file__).parent.parent / "data" / "lists"


def read(text: str, name: str = "list.csv") -> AttendeeList:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        return read_list(path)


def existing(person: IncomingPerson, source: str, **more: object) -> ExistingPerson:
    details = {field: getattr(person, field) for field in UPDATABLE}
    details.update({k: v for k, v in more.items() if k in UPDATABLE})
    options = {k: v for k, v in more.items() if k not in UPDATABLE}
    return ExistingPerson(
        id=new_id(), given_name=str(details["given_name"]), family_name=str(details["family_name"]),
        email=str(details["email"]), cancelled=person.cancelled, codes=person.codes,
        details=details, guessed=person.guessed,
        keys=frozenset({(source, person.key, person.identity)}), **options,  # type: ignore[arg-type]
    )  # fmt: skip


def added(found: AttendeeList) -> list[ExistingPerson]:
    return [existing(person, found.source) for person in found.people]


def again(first: str, second: str) -> Matches:
    return match(added(read(first)), read(second))


def counts(found: Matches) -> tuple[int, int, int, int]:
    return len(found.added), len(found.updated), len(found.cancelled), len(found.unchanged)


@pytest.mark.parametrize("path", sorted(LISTS.iterdir()), ids=lambda path: path.name)
def test_the_same_list_again_doubles_nobody(path: Path) -> None:
    found = read_list(path)
    result = match(added(found), read_list(path))
    assert counts(result) == (0, 0, 0, len(found.people))
    assert result.gone == ()
    # each with the person they were before
    order = {old.id: n for n, old in enumerate(added(found))}
    assert len(order) == len(found.people)


def test_pairs_are_the_right_ones() -> None:
    found = read_list(LISTS / "eventbrite-current.csv")
    old = added(found)
    pairs = {known.id: known.person.order for known in match(old, found).unchanged}
    assert pairs == {one.id: n for n, one in enumerate(old)}


def test_email_and_name_agree_across_systems() -> None:
    luma = added(read_list(LISTS / "luma.csv"))
    result = match(luma, read_list(LISTS / "typed.csv"))
    assert result.added == ()
    assert len(result.known) == 12


HEAD = "Name,Email,Barcode\n"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Ada Larkin,a@x.example,1", "Ada Larkin,a@x.example,2", True),
        ("Ada Larkin,a@x.example,", "ADA LARKIN,A@X.example,", True),
        ('"Larkin, Ada",a@x.example,', "Ada Larkin,a@x.example,", True),
        ("Siobhán Ní Bhriain,a@x.example,", "Siobhan Ni Bhriain,a@x.example,", True),
        ("Ada Larkin,a@x.example,1", "Ada Larkin,b@x.example,1", True),
        ("Ada Larkin,a@x.example,1", "Ada Byron,a@x.example,1", True),
        ("Ada Larkin,a@x.example,1", "Bo Ek,b@x.example,1", False),
        ("Ada Larkin,a@x.example,1", "Ada Larkin,b@x.example,2", False),
        ("Ada Larkin,a@x.example,", "Ada Larkin,b@x.example,", False),
        ("Ada Larkin,a@x.example,", "Bo Ek,a@x.example,", False),
        ("Ada Larkin,,", "Ada Larkin,,", True),
        ("Ada Larkin,,", "Ada Larkin,a@x.example,", False),
    ],
)
def test_who_is_the_same(first: str, second: str, same: bool) -> None:
    result = again(HEAD + first + "\n", HEAD + second + "\n")
    assert len(result.added) == (0 if same else 1)


def test_rows_of_one_file_are_never_merged() -> None:
    ada = "Ada Larkin,a@x.example,\n"
    result = again(HEAD + ada, HEAD + ada + ada)
    assert counts(result) == (1, 0, 0, 1)


def test_what_a_later_list_changes() -> None:
    head = "Name,Email,Organisation,Borough,Status\n"
    result = again(
        head + "Ada Larkin,a@x.example,Larkin,Ealing,\nBo Ek,b@x.example,,,\n"
        "Cy Fox,c@x.example,,,no\n",
        head + "Ada Larkin,a@x.example,Larkin & Sons,,\nBo Ek,b@x.example,,,no\n"
        "Cy Fox,c@x.example,,,yes\n",
    )  # fmt: skip
    assert counts(result) == (0, 2, 1, 0)
    ada, cy = result.updated
    # what the later list leaves empty stays
    assert ada.changes == (Change("organisation", "Larkin", "Larkin & Sons"),)
    assert (cy.is_back, cy.person.name) == (True, "Cy Fox")
    assert result.cancelled[0].person.name == "Bo Ek"


def test_what_was_edited_by_hand_stays() -> None:
    head = "Name,Email,Organisation,Barcode\n"
    old = existing(
        read(head + "Ada Larkin,a@x.example,Larkin,\n").people[0], "a list typed by hand",
        organisation="Byron Ltd", edited=frozenset({"organisation", "cancelled"}),
    )  # fmt: skip
    head = "Name,Email,Organisation,Barcode,Status\n"
    result = match([old], read(head + "Ada Larkin,a@x.example,Larkin & Sons,77,cancelled\n"))
    known = result.updated[0]
    assert known.changes == ()
    assert known.kept == ("organisation", "cancelled")
    assert known.codes == ("77",)
    assert not known.is_cancelled_now


def test_a_name_and_address_edited_by_hand_are_still_the_same_row() -> None:
    found = read("Name,Email\nAda Larkin,a@x.example\n")
    old = existing(
        found.people[0], found.source, given_name="Augusta", email="new@x.example",
        edited=frozenset({"given_name", "email"}),
    )  # fmt: skip
    assert counts(match([old], found)) == (0, 0, 0, 1)


def test_a_guess_never_replaces_what_somebody_said() -> None:
    old = added(read("Name,Email,Side\nAda Larkin,a@x.example,pharmacy\n"))
    later = read("Name,Email,Job title\nAda Larkin,a@x.example,Practice manager\n")
    (known,) = match(old, later).updated
    assert {change.field for change in known.changes} == {"job_title", "profession", "front_line"}
    guessed = added(read("Name,Email,Job title\nAda Larkin,a@x.example,Community pharmacist\n"))
    (known,) = match(guessed, later).updated
    assert Change("side", "community-pharmacy", "general-practice") in known.changes


def test_guests_are_known_by_the_row_and_by_whose_guests_they_are() -> None:
    for head in ("Name,Quantity,ID", "Name,Quantity,Nothing"):
        first = head + "\nAda Larkin,3,7\nBo Ek,2,8\n"
        second = head + "\nBo Ek,2,8\nAda Larkin,4,7\n"
        result = again(first, second)
        assert [p.name for p in result.added] == ["Guest 4 of Ada Larkin"]


def test_a_guest_who_was_named_by_hand_stays_named() -> None:
    found = read("Name,Quantity\nAda Larkin,2\n")
    ada, guest = found.people
    named = existing(
        guest, found.source, given_name="Bo", family_name="Ek",
        edited=frozenset({"given_name", "family_name"}),
    )  # fmt: skip
    old = [existing(ada, found.source), named]
    result = match(old, found)
    assert counts(result) == (0, 0, 0, 2)


def test_a_guest_whom_a_later_list_names() -> None:
    head = "ID,First Name,Last Name,Email,Public ID,Short ID,Status\n"
    bo = "8,Bo,Ek,b@x.example,A-2,t,ACTIVE\n"
    result = again(
        head + "7,,,,A-1,s,ACTIVE\n" + bo, head + "7,Ada,Larkin,a@x.example,A-1,s,ACTIVE\n" + bo
    )
    assert counts(result) == (0, 1, 0, 1)
    assert Change("given_name", "Guest in row 2", "Ada") in result.updated[0].changes


def test_rows_without_a_name_and_an_id_go_by_their_order() -> None:
    head = "Name,Email,Phone\nAda Larkin,a@x.example,\n"
    first = head + ",,07700900001\n,,07700900002\n"
    second = "\n" + head + ",,07700900001\n,,07700900009\n,,07700900003\n"
    result = again(first, second)
    assert counts(result) == (1, 1, 0, 2)
    assert result.updated[0].changes == (Change("phone", "07700900002", "07700900009"),)
    assert result.added[0].phone == "07700900003"


def test_a_transferred_ticket_is_a_new_person() -> None:
    head = "ID,First Name,Last Name,Email,Public ID,Short ID,Status\n"
    result = again(head + "7,Ada,Larkin,a@x.example,A-1,s,ACTIVE\n",
                   head + "7,Bo,Ek,b@x.example,A-1,s,ACTIVE\n")  # fmt: skip
    assert counts(result) == (1, 0, 0, 0)
    assert len(result.gone) == 1


def test_who_is_gone_is_named_but_not_touched() -> None:
    old = added(read_list(LISTS / "hi-events.csv"))
    full = (LISTS / "hi-events.csv").read_text(encoding="utf-8").splitlines()
    result = match(old, read("\n".join(full[:-1])))
    assert result.gone == (old[-1].id,)
    # two lists typed by hand are two lists
    typed = added(read("Name\nAda Larkin\nBo Ek\n"))
    assert match(typed, read("Name\nAda Larkin\n")).gone == ()


def test_a_cancelled_booking_stays_beside_the_new_one() -> None:
    head = "Name,Email,Status\n"
    old = "Ada Larkin,a@x.example,cancelled\nAda Larkin,a@x.example,attending\n"
    later = head + "Ada Larkin,a@x.example,attending\n"
    assert counts(again(head + old, later)) == (0, 0, 0, 1)


# --- properties -----------------------------------------------------------------------------------

_NAMES = st.sampled_from(["Ada Larkin", "Bo Ek", "Larkin, Ada", "Cy Fox", "", "Zoë Ng", "TBC"])
_MAILS = st.sampled_from(["", "a@x.example", "b@x.example", "A@x.example", "c@x.example"])
_CODES = st.sampled_from(["", "1", "2", "03", "4"])
_IDS = st.sampled_from(["", "7", "8", "9"])
_MANY = st.sampled_from(["", "1", "2", "3"])
_STATES = st.sampled_from(["", "cancelled", "attending"])
_ROWS = st.lists(st.tuples(_IDS, _NAMES, _MAILS, _CODES, _MANY, _STATES), min_size=1, max_size=12)


def _text(rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["ID,Name,Email,Barcode,Quantity,Status", "0,Always Here,z@x.example,,1,"]
    lines += [",".join(f'"{cell}"' for cell in row) for row in rows]
    return "\n".join(lines) + "\n"


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(_ROWS)
def test_reading_twice_adds_nobody(rows: list[tuple[str, ...]]) -> None:
    found = read(_text(rows))
    result = match(added(found), read(_text(rows)))
    assert counts(result) == (0, 0, 0, len(found.people))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(_ROWS, _ROWS)
def test_everybody_is_accounted_for_once(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    old, found = added(read(_text(first))), read(_text(second))
    result = match(old, found)
    orders = [p.order for p in result.added] + [known.person.order for known in result.known]
    assert sorted(orders) == list(range(len(found.people)))
    met = [known.id for known in result.known]
    assert len(met) == len(set(met))
    assert set(met) <= {one.id for one in old}
    # every row that has anything in it is somebody or is skipped with a reason
    rows_of_people = {p.row for p in found.people}
    assert len(rows_of_people) + len(found.skipped) == found.rows
    # whoever is updated comes out as the list says
    for known in result.updated:
        for change in known.changes:
            assert getattr(known.person, change.field) == change.new != change.old
