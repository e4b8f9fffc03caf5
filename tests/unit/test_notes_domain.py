"""Notes and hands as values: what may be kept of a person, and what hands add up to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitator.domain.errors import Refused
from facilitator.domain.hands import (
    NO_HANDS,
    NOT_MEASURED,
    Count,
    Estimate,
    Hands,
    Moment,
    Show,
    parse_shown,
    points,
    shift_words,
)
from facilitator.domain.ids import new_id
from facilitator.domain.notes import (
    Attribution,
    Note,
    NoteContent,
    NoteKind,
    NoteVerdict,
    Who,
    checked,
    parse_verdict,
)

GP, PH = "general-practice", "community-pharmacy"
PRIYA = Who(UUID(int=7), "Dr Priya Raman", "GP partner", "Southwark")


def show(side: str, moment: Moment, raised: int, present: int) -> Show:
    return Show(side, moment, Count(raised, present))


SUMMIT = Hands(
    (
        show(PH, Moment.BEFORE, 30, 40),
        show(GP, Moment.BEFORE, 20, 25),
        show(PH, Moment.AFTER, 12, 35),
        show(GP, Moment.AFTER, 8, 24),
    )
)


def test_the_room_pools_hands_and_people_and_does_not_average_the_sides() -> None:
    assert points(SUMMIT.shift(PH) or 0) == "-40.7"
    assert points(SUMMIT.shift(GP) or 0) == "-46.7"
    assert points(SUMMIT.room_shift or 0) == "-43.0"
    assert SUMMIT.room(Moment.BEFORE) == Count(50, 65)
    assert SUMMIT.room(Moment.AFTER) == Count(20, 59)


def test_what_was_not_measured_is_never_nought() -> None:
    hands = Hands((show(PH, Moment.BEFORE, 30, 40),))
    assert hands.shift(PH) is None
    assert hands.room_shift is None
    assert hands.words(GP, Moment.BEFORE) == NOT_MEASURED
    assert hands.room(Moment.AFTER) is None
    assert shift_words(None) == NOT_MEASURED


def test_a_side_counted_once_does_not_bend_the_rooms_shift() -> None:
    hands = Hands((*SUMMIT.shows, show("other", Moment.BEFORE, 9, 9)))
    assert points(hands.room_shift or 0) == "-43.0"
    assert hands.compared == (PH, GP)


def test_an_estimate_by_eye_stays_out_of_every_figure() -> None:
    by_eye = Show("other", Moment.BEFORE, estimate=Estimate.MOST)
    hands = Hands((*SUMMIT.shows, by_eye, Show("other", Moment.AFTER, estimate=Estimate.NONE)))
    assert hands.room(Moment.BEFORE) == Count(50, 65)
    assert hands.shift("other") is None
    assert hands.words("other", Moment.BEFORE) == "most, by eye"
    assert hands.words("other", Moment.AFTER) == "none, by eye"


@pytest.mark.parametrize(("raised", "present"), [(26, 25), (1, 0), (0, 0), (-1, 5), (3, 100_000)])
def test_more_hands_than_people_are_refused(raised: int, present: int) -> None:
    with pytest.raises(Refused):
        Count(raised, present)


@pytest.mark.parametrize(
    ("text", "here", "wanted"),
    [
        ("20/25", None, Count(20, 25)),
        (" 20 of 25 ", None, Count(20, 25)),
        ("0/25", None, Count(0, 25)),
        ("20", 31, Count(20, 31)),
        ("most", None, Estimate.MOST),
        ("A few", None, Estimate.FEW),
        ("few", None, Estimate.FEW),
        ("none", None, Estimate.NONE),
    ],
)
def test_a_show_of_hands_is_read(text: str, here: int | None, wanted: object) -> None:
    assert parse_shown(text, here) == wanted


@pytest.mark.parametrize("text", ["", "20/", "/25", "twenty", "20/25/30", "-3/5", "26/25", "1.5/3"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_shown(text)


def test_hands_without_a_number_present_need_people_checked_in() -> None:
    with pytest.raises(Refused, match="20/25"):
        parse_shown("20", 0)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 500), st.integers(0, 500), st.integers(1, 500), st.integers(0, 500)
        ),
        min_size=1,
        max_size=3,
    )
)
def test_the_rooms_shift_lies_within_what_can_be(sides: list[tuple[int, int, int, int]]) -> None:
    shows: list[Show] = []
    for key, (before, raised, after, still) in zip((GP, PH, "other"), sides, strict=False):
        shows.append(show(key, Moment.BEFORE, min(raised, before), before))
        shows.append(show(key, Moment.AFTER, min(still, after), after))
    shift = Hands(tuple(shows)).room_shift
    assert shift is not None
    assert -100 <= shift <= 100


def test_points_have_one_figure_and_no_negative_nought() -> None:
    assert points(-0.04) == "0.0"
    assert points(4.25) in {"+4.2", "+4.3"}
    assert shift_words(-43.03) == "43.0 percentage points fewer believe it"
    assert shift_words(12.0) == "12.0 percentage points more believe it"


def test_without_a_name_nothing_of_a_person_is_kept() -> None:
    assert PRIYA.under(Attribution.NAMED) == PRIYA
    assert PRIYA.under(Attribution.ROLE) == Who(role="GP partner", borough="Southwark")
    assert PRIYA.under(Attribution.NONE) == Who()
    for attribution in (Attribution.ROLE, Attribution.NONE):
        content = NoteContent("GPs never ring back", attribution, PRIYA)
        for kept in (checked(NoteKind.MYTH, content), content.kept()):
            assert "Raman" not in str(kept.to_json())
            assert str(PRIYA.attendee_id) not in str(kept.to_json())


def test_a_name_as_typed_is_said_alone() -> None:
    typed = Who(name="Sam Okafor, GP, Brent", role="GP", borough="Brent")
    assert typed.words == "Sam Okafor, GP, Brent"
    assert typed.under(Attribution.ROLE).words == "GP, Brent"
    assert PRIYA.words == "Dr Priya Raman, GP partner, Southwark"


def test_content_comes_back_from_json_as_it_was() -> None:
    content = NoteContent(
        "Share one formulary", Attribution.NAMED, PRIYA, GP, new_id(), "4", 2,
        ("communication", "capacity"), ("Southwark",), owner="Ewan Pryce", due=date(2026, 1, 31),
        from_note=new_id(), done_at=datetime(2026, 1, 5, 9, tzinfo=UTC),
    )  # fmt: skip
    assert NoteContent.from_json(content.to_json()) == content
    myth = NoteContent("GPs never ring back", verdict=NoteVerdict.PARTLY_TRUE)
    assert NoteContent.from_json(myth.to_json() | {"from a later version": 1}) == myth


def test_fields_of_another_kind_are_refused() -> None:
    with pytest.raises(Refused, match="myth"):
        checked(NoteKind.ACTION, NoteContent("Ring Southwark", verdict=NoteVerdict.BUSTED))
    with pytest.raises(Refused, match="action"):
        checked(NoteKind.MYTH, NoteContent("GPs never ring back", owner="Ewan Pryce"))


@pytest.mark.parametrize(
    "content",
    [
        NoteContent(""),
        NoteContent(" \u200b\t\n".replace("\u200b", "")),
        NoteContent("x" * 1001),
        NoteContent("x", reality="y" * 5001),
        NoteContent("x", themes=("t" * 61,)),
        NoteContent("x", themes=tuple(f"t{i}" for i in range(31))),
    ],
)
def test_what_cannot_be_kept_is_refused(content: NoteContent) -> None:
    with pytest.raises(Refused):
        checked(NoteKind.MYTH, content)


def test_texts_are_cleaned_and_tags_counted_once() -> None:
    content = checked(
        NoteKind.BRIGHT_SPOT,
        NoteContent(
            " One\u202e  number \n to ring ", needs="a phone\n\n  a rota ",
            themes=("Capacity", "capacity ", ""),
        ),
    )  # fmt: skip
    assert content.text == "One number to ring"
    assert content.needs == "a phone\n\na rota"
    assert content.themes == ("Capacity",)


def test_a_note_is_found_by_the_beginnings_of_its_words() -> None:
    now = datetime(2025, 11, 12, tzinfo=UTC)
    note = Note(
        new_id(), NoteKind.MYTH,
        NoteContent("GPs never read what we send", reality="Çelik’s audit: they do",
                    themes=("communication",)),
        now, now,
    )  # fmt: skip
    assert note.matches("celik gps")
    assert note.matches("commun READ")
    assert note.matches("  ")
    assert not note.matches("ead")
    assert not note.matches("!!")


def test_states_are_words() -> None:
    now = datetime(2025, 11, 12, tzinfo=UTC)

    def state(kind: NoteKind, content: NoteContent, hands: Hands = NO_HANDS) -> str:
        return Note(new_id(), kind, content, now, now, hands).state

    assert state(NoteKind.MYTH, NoteContent("x")) == "Hands not yet counted"
    assert state(NoteKind.MYTH, NoteContent("x"), SUMMIT) == "Counting hands"
    assert (
        state(NoteKind.MYTH, NoteContent("x", verdict=NoteVerdict.FAIR_CONCERN)) == "Fair concern"
    )
    assert state(NoteKind.ACTION, NoteContent("x")) == "No owner yet"
    assert state(NoteKind.PAIN_POINT, NoteContent("x", themes=("a", "b"))) == "a, b"


def test_verdicts_are_read_in_words() -> None:
    assert parse_verdict("Partly true") is NoteVerdict.PARTLY_TRUE
    assert parse_verdict("fair-concern") is NoteVerdict.FAIR_CONCERN
    with pytest.raises(Refused, match="busted"):
        parse_verdict("nonsense")
