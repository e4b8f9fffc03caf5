"""Programmes as files: Ontime's columns and ours, both ways, and what is asked."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from uuid import UUID

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from facilitator.domain.errors import Refused
from facilitator.domain.programme import (
    SOUNDS,
    Kind,
    NewSession,
    Programme,
    Session,
    checked,
    tidy_starts,
)
from facilitator.domain.text import clean
from facilitator.intake.rundown import HEADERS, Rundown, guess_kind, read_minutes
from facilitator.intake.rundown_in import read_rundown
from facilitator.intake.rundown_out import write_rundown
from facilitator.intake.templates import read_template, template_keys, templates
from tests.unit.programme_tools import DAY, LONDON, at

ONTIME = "Cue,Title,Time Start,Time End,Duration,Link Start,Count to end,Note,Timer Type,End Action,Warning Time,Danger Time,Skip,Colour"  # noqa: E501


def read(tmp_path: Path, text: str, **more: object) -> Rundown:
    path = tmp_path / "day.csv"
    path.write_text(text, encoding="utf-8")
    return read_rundown(path, DAY, **more)  # pyright: ignore[reportArgumentType]


def test_what_ontime_writes(tmp_path: Path) -> None:
    rundown = read(
        tmp_path,
        f"{ONTIME}\n"
        "1,Registration,09:00:00,09:45:00,00:45:00,,,,count-down,none,00:05:00,00:01:00,,#779BE7\n"
        "2,Welcome,09:45:00,10:00:00,00:15:00,TRUE,,Mind the step,count-down,load-next,"
        "00:02:00,00:01:00,,\n"
        "3,Lunch,12:30:00,13:15:00,00:45:00,,TRUE,,count-up,none,,,TRUE,red\n"
        ",Afternoon,,,,,,,group,,,,,\n"
        ",,,,,,,,group-end,,,,,\n",
    )
    assert rundown.is_clear
    first, second, third = rundown.sessions
    assert first == NewSession(
        title="Registration",
        minutes=45,
        kind=Kind.REGISTRATION,
        starts=at("09:00"),
        colour="#779BE7",
        cue="1",
    )
    assert (second.starts, second.warnings, second.note) == (None, (2, 1), "Mind the step")
    assert (third.kind, third.protected, third.skip) == (Kind.BREAK, True, True)
    assert rundown.skipped == ((5, "“Afternoon” is a group, not a session"),)
    assert rundown.columns["Count to end"] is None
    assert rundown.columns["Time Start"] == "start"


def test_a_list_typed_by_hand(tmp_path: Path) -> None:
    rundown = read(
        tmp_path,
        "Our big day;;\n\nStart;Session;Minutes;Presenter\n"
        "09.00;Arrivals;45;\n9:45;Welcome;;Amina Yeboah\n"
        "10:00;Panel on trust;1h;\n11:00;Round 2;30;\n",
    )
    assert rundown.is_clear
    assert [(s.title, s.minutes, s.kind) for s in rundown.sessions] == [
        ("Arrivals", 45, Kind.REGISTRATION),
        ("Welcome", 15, Kind.WELCOME),
        ("Panel on trust", 60, Kind.PANEL),
        ("Round 2", 30, Kind.ROUND),
    ]
    assert rundown.sessions[1].speaker == "Amina Yeboah"
    assert rundown.sessions[3].round_number == 2


def test_a_bare_number_in_a_time_of_day_is_asked(tmp_path: Path) -> None:
    text = "Title,Time Start,Duration\nOpening,9,30\nLunch,1,45\nDinner,19,60\n"
    rundown = read(tmp_path, text)
    assert [q.sentence for q in rundown.questions] == [
        "Row 2, “Opening”: does “9” mean 09:00 or 21:00?",
        "Row 3, “Lunch”: does “1” mean 13:00 or 01:00?",
        "Row 4, “Dinner”: does “19” mean 19:00?",
    ]
    with pytest.raises(Refused) as refusal:
        rundown.taken()
    assert str(refusal.value) == (
        "Row 2, “Opening”: does “9” mean 09:00 or 21:00? And 2 more cells like that. "
        "Write times like 09:00 and import it again."
    )
    answers = {(q.row, q.header): q.choices[0] for q in rundown.questions}
    answered = read(tmp_path, text, answers=answers)
    assert [s.starts for s in answered.taken()] == [at("09:00"), at("13:00"), at("19:00")]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45", 45),
        ("45 min", 45),
        ("1h", 60),
        ("1h30", 90),
        ("1 hour 15 minutes", 75),
        ("10m15s", 10.25),
        ("1:30", 90),
        ("00:45:00", 45),
        ("00:10:15", 10.25),
        ("2.5h", 150),
        ("45'", 45),
        ("1:75", None),
        ("an hour", None),
        ("", None),
        ("-5", None),
    ],
)
def test_lengths_as_people_write_them(text: str, minutes: float | None) -> None:
    assert read_minutes(text) == minutes


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Talk,half past nine,30", "no time of day; write it like 09:30"),
        ("Talk,25:00,30", "no time of day"),
        ("Talk,09:00,some", "is no length; write minutes, like 45"),
        ("Talk,09:00,", "neither how long it lasts nor when it ends"),
        ("Talk,09:00,2000", "lasts longer than a day"),
    ],
)
def test_what_cannot_be_read_says_where(tmp_path: Path, row: str, why: str) -> None:
    rundown = read(tmp_path, f"Title,Time Start,Duration\n{row}\n")
    assert len(rundown.problems) == 1
    assert rundown.problems[0].startswith("Row 2, “Talk”")
    with pytest.raises(Refused, match=why):
        rundown.taken()


def test_yes_and_no_and_numbers_are_checked(tmp_path: Path) -> None:
    rundown = read(
        tmp_path,
        "Title,Time Start,Duration,Fixed,Minimum,Round\nA,09:00,30,perhaps,45,one\n",
    )
    assert len(rundown.problems) == 3


def test_seconds_and_ends_that_do_not_fit_are_said(tmp_path: Path) -> None:
    rundown = read(
        tmp_path,
        "Title,Time Start,Time End,Duration\n"
        "A,09:00,09:30,00:29:45\nB,23:30,,30\nC,00:15,01:00,45\n",
    )
    assert rundown.is_clear
    assert rundown.notes == (
        "Row 2, “A”: 30 whole minutes instead of 29.75.",
        "Row 2, “A”: its end does not fit; its duration counts.",
        "Row 4, “C”, is taken to be on the next day.",
    )
    assert rundown.sessions[2].starts == datetime(2026, 11, 19, 0, 15)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("Title,Time Start\n", "no sessions below it"),
        ("Ada,Larkin\nBen,Oduya\n", "no column of titles"),
    ],
)
def test_files_that_are_no_programme(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read(tmp_path, text)


def test_a_film_is_no_programme(tmp_path: Path) -> None:
    path = tmp_path / "film.csv"
    path.write_bytes(b"\0\1\2\3" * 5000)
    with pytest.raises(Refused, match="not a list"):
        read_rundown(path, DAY)


def test_too_many_sessions(tmp_path: Path) -> None:
    rundown = read(tmp_path, "Title,Duration\n" + "Talk,5\n" * 600)
    assert len(rundown.sessions) == 500
    with pytest.raises(Refused, match="more than 500 sessions"):
        rundown.taken()


def test_a_workbook_with_real_times(tmp_path: Path) -> None:
    path = tmp_path / "day.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        clock = book.add_format({"num_format": "hh:mm"})
        sheet.write_row(0, 0, ["Title", "Start", "Duration"])
        for row, (title, starts, minutes) in enumerate(
            [("A", time(9, 30), 45), ("B", time(10, 15), 30)], 1
        ):
            sheet.write_string(row, 0, title)
            sheet.write_datetime(row, 1, starts, clock)
            sheet.write_number(row, 2, minutes)
        sheet.write_string(3, 0, "C")
        sheet.write_number(3, 1, 0.5)
        sheet.write_datetime(3, 2, time(1, 15), clock)
    rundown = read_rundown(path, DAY)
    assert rundown.is_clear
    assert [(s.starts, s.minutes) for s in rundown.sessions] == [
        (at("09:30"), 45),
        (None, 30),
        (at("12:00"), 75),
    ]


def in_order(sessions: list[NewSession]) -> Programme:
    placed = [
        Session(
            id=UUID(int=i + 1),
            position=i,
            **{f: getattr(s, f) for f in NewSession.__dataclass_fields__},
        )
        for i, s in enumerate(sessions)
    ]
    return Programme(tuple(placed), LONDON, DAY)


def test_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_rundown(path, in_order(list(read_template("summit", DAY).sessions)))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == HEADERS
    assert ",".join(HEADERS).startswith(ONTIME)
    lunch = next(row for row in rows if row["Title"] == "Lunch")
    assert {key: value for key, value in lunch.items() if value} == {
        "Title": "Lunch",
        "Time Start": "12:30:00",
        "Time End": "13:30:00",
        "Duration": "01:00:00",
        "Link Start": "TRUE",
        "Timer Type": "count-down",
        "End Action": "none",
        "Warning Time": "00:05:00",
        "Danger Time": "00:01:00",
        "Kind": "break",
        "Minimum": "45",
        "Protected": "TRUE",
    }
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_no_cell_is_run_by_a_spreadsheet(tmp_path: Path) -> None:
    evil = NewSession(
        title="=HYPERLINK(1)", minutes=5, speaker="+44 20", note="@x", starts=at("09:00")
    )
    path = tmp_path / "out.csv"
    write_rundown(path, in_order([evil]))
    text = path.read_text("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'+44 20" in text
    assert read_rundown(path, DAY).sessions == (evil,)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"must end in \.csv or \.xlsx"):
        write_rundown(tmp_path / "out.pdf", in_order([]))
    assert list(tmp_path.iterdir()) == []


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=30).map(clean)


@st.composite
def days(draw: st.DrawFn) -> list[NewSession]:
    sessions: list[NewSession] = []
    cursor = 540
    for index in range(draw(st.integers(1, 6))):
        minutes = draw(st.integers(1, 120))
        gap = draw(st.sampled_from([0, 0, 0, 5, 20]))
        explicit = index == 0 or gap > 0
        fixed = explicit and draw(st.booleans())
        cursor += gap
        sessions.append(
            NewSession(
                title=draw(words.filter(bool)),
                minutes=minutes,
                speaker=draw(words),
                kind=draw(st.sampled_from(list(Kind))),
                starts=at(f"{cursor // 60:02d}:{cursor % 60:02d}") if explicit else None,
                minimum=draw(st.none() | st.integers(0, minutes)),
                fixed=fixed,
                protected=draw(st.booleans()),
                round_number=draw(st.none() | st.integers(1, 99)),
                warnings=tuple(sorted(draw(st.sets(st.integers(1, 90), max_size=2)), reverse=True)),
                note=draw(words),
                colour=draw(words),
                cue=draw(words),
                auto=draw(st.booleans()),
                sound=draw(st.sampled_from(SOUNDS)),
            )
        )
        cursor += minutes
    return sessions


@pytest.mark.slow
@given(days(), st.sampled_from([".csv", ".xlsx"]))
def test_out_and_in_again_is_the_same_programme(sessions: list[NewSession], ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"day{ending}"
        write_rundown(path, in_order(sessions))
        rundown = read_rundown(path, DAY)
    assert rundown.is_clear
    assert list(rundown.sessions) == tidy_starts(sessions)
    assert rundown.notes == ()


def test_a_skipped_session_comes_back_skipped(tmp_path: Path) -> None:
    sessions = [
        NewSession(title="A", minutes=30, starts=at("09:00")),
        NewSession(title="B", minutes=30, skip=True),
        NewSession(title="C", minutes=30),
    ]
    path = tmp_path / "out.xlsx"
    write_rundown(path, in_order(sessions))
    assert list(read_rundown(path, DAY).sessions) == sessions


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Coffee and networking", Kind.NETWORKING),
        ("Tea", Kind.BREAK),
        ("Teamwork", Kind.TALK),
        ("Tables: round 2", Kind.ROUND),
        ("Myth-busting", Kind.MYTHS),
        ("Welcome coffee", Kind.REGISTRATION),
        ("Pledges and close", Kind.CLOSE),
    ],
)
def test_kinds_guessed_from_titles(title: str, kind: Kind) -> None:
    assert guess_kind(title) is kind


def test_every_template_is_a_day_that_fits() -> None:
    assert template_keys()[0] == "summit"
    for template in templates(DAY):
        kept = [checked(session, LONDON) for session in template.sessions]
        assert kept == list(template.sessions), template.key
        programme = in_order(kept)
        assert programme.problems() == [], template.key
        assert template.words
        rounds = [s.round_number for s in kept if s.round_number]
        assert rounds == list(range(1, template.rounds + 1))
        assert all(s.kind is Kind.ROUND for s in kept if s.round_number)


def test_the_summit_is_the_day_of_the_summit() -> None:
    summit = read_template("Summit day", DAY)
    titles = [session.title for session in summit.sessions]
    assert "Panel: Collaborating whilst competing" in titles
    assert {Kind.REGISTRATION, Kind.WELCOME, Kind.MYTHS, Kind.SHOWCASE, Kind.CLOSE} <= {
        session.kind for session in summit.sessions
    }
    assert summit.rounds == 3
    breaks = [s for s in summit.sessions if s.kind in {Kind.BREAK, Kind.NETWORKING}]
    assert all(s.protected and s.minimum for s in breaks)
    assert sum(s.minutes for s in breaks) >= 100
    fixed = next(s for s in summit.sessions if s.fixed)
    assert in_order(list(summit.sessions)).local_start(
        UUID(int=list(summit.sessions).index(fixed) + 1)
    ) == at("13:30")


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        read_template("gala", DAY)
    assert str(refusal.value) == ("There is no template “gala”; choose summit, half-day or plain.")


def test_replacing_a_start_is_not_lost(tmp_path: Path) -> None:
    fixed = NewSession(title="B", minutes=10, starts=at("09:30"), fixed=True)
    sessions = [NewSession(title="A", minutes=30, starts=at("09:00")), fixed]
    path = tmp_path / "out.csv"
    write_rundown(path, in_order(sessions))
    assert read_rundown(path, DAY).sessions[1] == replace(fixed)
