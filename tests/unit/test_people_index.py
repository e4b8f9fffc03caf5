"""The search at the Desk: from one letter, in any spelling, best first; and kept up in place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitator.domain.people import Person, Status
from facilitator.domain.text import fold
from facilitator.services.people_index import PeopleIndex


def person(number: int, given: str = "", family: str = "", **more: object) -> Person:
    """Somebody expected."""
    blank: dict[str, object] = dict.fromkeys(
        ("title", "said", "email", "phone", "organisation", "job_title", "profession", "borough",
         "stance", "diet", "access", "attention", "tray", "ticket"), "",
    )  # fmt: skip
    blank |= {
        "side": "general-practice", "front_line": None, "vip": False, "contact_consent": None,
        "photo_consent": None, "codes": (), "walk_in": False, "guessed": frozenset(),
        "position": number, "status": Status.EXPECTED,
    }  # fmt: skip
    return Person(id=UUID(int=number), given_name=given, family_name=family, **(blank | more))  # pyright: ignore[reportArgumentType]


ROOM = [
    person(1, "Emily", "Watson", title="Dr", organisation="Oakfield Road Surgery",
           email="emily.watson@oakfield.example", phone="020 7946 0417",
           ticket="F1-ABCD-7Q3JZK8M2NPX4RTV-K", codes=("EB-100417", "A7K3Q")),
    person(2, "Jürgen", "Müller", organisation="Hollow Lane Pharmacy"),
    person(3, "Seán", "O'Connor", organisation="Watson Street Pharmacy"),
    person(4, "Niamh", "O’Brien"),
    person(5, "Łukasz", "Wiśniewski"),
    person(6, "Siobhán", "Ní Dhomhnaill"),
    person(7, "Thi", "Ng", title="Dr"),
    person(8, "Ngozi", "Abara"),
    person(9, "Ruth", "Smith-Jones", organisation="Oakfield Road Surgery"),
    person(10, "Emile", "Watkins", email="e.w@people.example"),
    person(11, "Omar", "Al-Sharif"),
    person(12, "Guest 2 of Ada", ""),
    person(13, "Ngaio", "Ngata"),
]  # fmt: skip


def names(text: str, limit: int = 50) -> list[str]:
    """The names that `text` finds in the room, best first."""
    return [found.person.name for found in PeopleIndex(ROOM).search(text, limit)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("muller", "Jürgen Müller"),
        ("MÜLLER", "Jürgen Müller"),
        ("mueller", "Jürgen Müller"),
        ("oconnor", "Seán O'Connor"),
        ("o'connor", "Seán O'Connor"),
        ("o’connor", "Seán O'Connor"),
        ("o connor", "Seán O'Connor"),
        ("sean o connor", "Seán O'Connor"),
        ("connor", "Seán O'Connor"),
        ("obrien", "Niamh O’Brien"),
        ("o'brien", "Niamh O’Brien"),
        ("watson emily", "Emily Watson"),
        ("Watson, Emily", "Emily Watson"),
        ("emily wat", "Emily Watson"),
        ("dr emily watson", "Emily Watson"),
        ("em wats", "Emily Watson"),
        ("watson oakfield", "Emily Watson"),
        ("siobhan", "Siobhán Ní Dhomhnaill"),
        ("lukasz", "Łukasz Wiśniewski"),
        ("wisniewski l", "Łukasz Wiśniewski"),
        ("smith jones", "Ruth Smith-Jones"),
        ("smithjones", "Ruth Smith-Jones"),
        ("jones-smith", "Ruth Smith-Jones"),
        ("alsharif", "Omar Al-Sharif"),
        ("al sharif omar", "Omar Al-Sharif"),
        ("r s", "Ruth Smith-Jones"),
        ("R.S.", "Ruth Smith-Jones"),
        ("os", "Omar Al-Sharif"),
        ("guest 2", "Guest 2 of Ada"),
        ("0417", "Emily Watson"),
        ("emily.watson@", "Emily Watson"),
        ("@oakfield", "Emily Watson"),
        ("e.w@people.example", "Emile Watkins"),
        ("eb-100417", "Emily Watson"),
        ("eb100417", "Emily Watson"),
        ("100417", "Emily Watson"),
        ("a7", "Emily Watson"),
        ("F1-ABCD-7Q3JZK8M2NPX4RTV-K", "Emily Watson"),
        ("f1-abcd-7q3", "Emily Watson"),
        ("7q3j", "Emily Watson"),
    ],
)
def test_everybody_is_found_however_they_are_typed(typed: str, first: str) -> None:
    found = PeopleIndex(ROOM).search(typed)
    assert found[0].person.name == first
    assert not found[0].guessed


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("wtason", "Emily Watson"),  # two letters changed places
        ("wason", "Emily Watson"),  # a letter is missing
        ("watsson", "Emily Watson"),  # one too many
        ("emily watsen", "Emily Watson"),
        ("emliy watson", "Emily Watson"),
        ("emliy wtason", "Emily Watson"),
        ("watsen oakfield", "Emily Watson"),
        ("watson oakfeild", "Emily Watson"),
        ("watson emilie", "Emily Watson"),
        ("wisnewsk", "Łukasz Wiśniewski"),  # wrong and only begun
        ("shobhan", "Siobhán Ní Dhomhnaill"),
        ("oconer", "Seán O'Connor"),
        ("holow lane", "Jürgen Müller"),
        ("betty watson", "Emily Watson"),  # the family name stands
    ],
)
def test_a_typo_is_forgiven_and_known_for_a_guess(typed: str, first: str) -> None:
    found = PeopleIndex(ROOM).search(typed)
    assert found[0].person.name == first
    assert found[0].guessed


def test_the_best_match_is_first() -> None:
    # the whole family name, then what begins like it, then other words
    assert names("ng") == ["Thi Ng", "Ngaio Ngata", "Ngozi Abara"]
    # the family before the organisation
    assert names("watson") == ["Emily Watson", "Seán O'Connor"]
    assert names("oakfield") == ["Ruth Smith-Jones", "Emily Watson"]
    assert names("wat") == ["Emile Watkins", "Emily Watson", "Seán O'Connor"]


def test_one_letter_finds_names_and_a_limit_keeps_the_best() -> None:
    assert names("w") == [
        "Emile Watkins", "Emily Watson", "Łukasz Wiśniewski", "Seán O'Connor"
    ]  # fmt: skip
    assert names("w", 2) == ["Emile Watkins", "Emily Watson"]
    assert names("w", 0) == []


@pytest.mark.parametrize("typed", ["", "  ", "zzzzzzzz", "'", "-", "1234", "9999", "@", "xq", "f1"])
def test_what_fits_nobody_finds_nobody(typed: str) -> None:
    assert names(typed) == []


def test_what_it_was_found_by_is_said_where_it_is_not_the_name() -> None:
    index = PeopleIndex(ROOM)
    assert [index.search(typed)[0].by for typed in ("0417", "a7", "hollow", "watson")] == [
        "phone", "code", "organisation", ""
    ]  # fmt: skip


def test_a_persons_number_is_no_typo_of_anothers() -> None:
    assert names("eb-100418") == []


# --- kept up in place -----------------------------------------------------------------------------


def test_an_arrival_changes_the_person_and_nothing_else() -> None:
    index = PeopleIndex(ROOM)
    here = replace(ROOM[0], status=Status.ARRIVED, since=datetime(2025, 11, 12, 9, tzinfo=UTC))
    index.replace(here)
    assert index.search("watson")[0].person is here
    assert index.people[0] is here
    assert len(index) == len(ROOM)


def test_a_new_name_is_found_and_the_old_one_is_not() -> None:
    index = PeopleIndex(ROOM)
    index.replace_many([replace(ROOM[0], family_name="Okonkwo", organisation="Elm Surgery")])
    assert [f.person.id for f in index.search("okonkwo")] == [ROOM[0].id]
    assert [f.person.id for f in index.search("elm")] == [ROOM[0].id]
    assert "Emily Okonkwo" not in [f.person.name for f in index.search("watson")]
    assert [f.person.name for f in index.search("oakfield")] == ["Ruth Smith-Jones"]


def test_a_walk_in_comes_and_goes_with_the_arrival() -> None:
    index = PeopleIndex(ROOM)
    came = person(99, "Zora", "Quill", walk_in=True, organisation="Elm Surgery",
                  since=datetime(2025, 11, 12, 9, tzinfo=UTC), status=Status.ARRIVED)  # fmt: skip
    index.replace_many([came])
    assert index.people[-1] is came
    assert index.search("quill")[0].person is came
    index.replace_many([replace(came, since=None, status=Status.EXPECTED)])
    assert index.people == ROOM
    assert index.search("quill") == index.search("elm") == []
    index.replace_many([came])
    assert index.search("zora q")[0].person is came


def test_people_can_be_taken_out() -> None:
    index = PeopleIndex(ROOM)
    index.remove_many([ROOM[0].id, UUID(int=4711)])
    assert index.people == ROOM[1:]
    assert index.search("0417") == index.search("emily.watson") == []
    assert "Emily Watson" not in [found.person.name for found in index.search("watson")]


def test_a_great_many_changed_at_once_are_all_there() -> None:
    people = [person(n, f"Given{n}", f"Family{n}") for n in range(1, 2_500)]
    index = PeopleIndex(people)
    index.replace_many([replace(p, family_name=f"New{p.position}") for p in people])
    assert len(index) == len(people)
    assert index.search("new77")[0].person.id == UUID(int=77)
    assert index.search("family77") == []


# --- properties -----------------------------------------------------------------------------------

_PIECE = st.text(
    st.sampled_from("abcdeghijlmnorstuwyzÄÖÜßéáñçłøŚŻ'’-‘ĐğŌ"), min_size=1, max_size=9
).filter(lambda text: bool(fold(text)))
_NAME = st.lists(_PIECE, min_size=1, max_size=3).map(" ".join)
_SOMEBODY = st.tuples(_NAME, _NAME, st.one_of(st.just(""), _NAME))


def _made(number: int, parts: tuple[str, str, str]) -> Person:
    return person(number, parts[0], parts[1], organisation=parts[2])


@given(st.lists(_SOMEBODY, min_size=1, max_size=12), st.data())
def test_everybody_is_found_by_any_prefix_of_any_word_of_their_name(
    room: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    people = [_made(n, parts) for n, parts in enumerate(room, 1)]
    who = data.draw(st.sampled_from(people))
    word = data.draw(st.sampled_from(fold(who.name).split()))
    typed = word[: data.draw(st.integers(1, len(word)))]
    found = PeopleIndex(people).search(typed)
    assert who.id in [one.person.id for one in found]
    assert len({one.person.id for one in found}) == len(found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@given(
    st.lists(_SOMEBODY, min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(1, 12), _SOMEBODY), max_size=8),
    _PIECE,
)
def test_an_index_that_was_kept_up_finds_what_a_new_one_finds(
    room: list[tuple[str, str, str]],
    changes: list[tuple[int, tuple[str, str, str]]],
    typed: str,
) -> None:
    kept = PeopleIndex([_made(n, parts) for n, parts in enumerate(room, 1)])
    kept.replace_many(_made(number, parts) for number, parts in changes)
    fresh = PeopleIndex(kept.people)
    assert len(kept) == len(fresh)
    assert kept.search(typed) == fresh.search(typed)
