"""Ontime's own project files, versions 3 and 4, as they are and as somebody hostile writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facilitator.domain.errors import Refused
from facilitator.domain.programme import Kind
from facilitator.intake.rundown import Rundown
from facilitator.intake.rundown_in import read_rundown
from tests.unit.programme_tools import DAY, at

HOUR = 3_600_000


def event(title: str, start: Any = None, minutes: Any = None, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "event", "id": title, "cue": "", "title": title, "note": "", "endAction": "none",
        "timerType": "count-down", "countToEnd": False, "linkStart": False,
        "timeStrategy": "lock-duration", "skip": False, "colour": "", "timeWarning": 120_000,
        "timeDanger": 60_000, "custom": {}, "dayOffset": 0, "gap": 0, "delay": 0, "parent": None,
    }  # fmt: skip
    if start is not None:
        made["timeStart"] = start
    if minutes is not None:
        made["duration"] = minutes * 60_000
        if start is not None:
            made["timeEnd"] = (start + minutes * 60_000) % (24 * HOUR)
    return made | more


def four(*entries: dict[str, Any], title: str = "Main", **project: Any) -> dict[str, Any]:
    keyed = {str(n): entry for n, entry in enumerate(entries)}
    return {
        "rundowns": {"default": {"id": "default", "title": title, "order": list(keyed),
                                 "flatOrder": list(keyed), "entries": keyed, "revision": 3}},
        "project": {"title": "Summit"}, "settings": {"version": "4.1.0"}, "customFields": {},
    } | project  # fmt: skip


def read(tmp_path: Path, project: Any) -> Rundown:
    path = tmp_path / "summit.json"
    path.write_text(project if isinstance(project, str) else json.dumps(project), "utf-8")
    return read_rundown(path, DAY)


def test_version_four_with_a_group_and_a_custom_field(tmp_path: Path) -> None:
    entries = {
        "g": {"type": "group", "id": "g", "title": "Morning", "entries": ["a", "b"], "custom": {}},
        "a": event("Welcome", 9 * HOUR, 15, cue="1", colour="#779BE7", parent="g",
                   custom={"presenter": "Amina Yeboah", "song": "Sekret"}),
        "b": event("Lunch", 12 * HOUR, 45, linkStart=True, parent="g", timeWarning=500_000),
        "c": event("Close", 14 * HOUR, 30, skip=True),
        "d": {"type": "delay", "id": "d", "duration": 300_000},
        "m": {"type": "milestone", "id": "m", "title": "Doors"},
    }  # fmt: skip
    rundown = read(tmp_path, {
        "rundowns": {"x": {"title": "Day", "order": ["g", "d", "c", "m"],
                           "flatOrder": [], "entries": entries}},
        "project": {"title": "Summit of <b>two</b>"},
        "customFields": {"presenter": {"label": "Presenter", "type": "text"},
                         "song": {"label": "Song", "type": "text"}},
    })  # fmt: skip
    assert rundown.is_clear
    welcome, lunch, close = rundown.sessions
    assert (welcome.title, welcome.starts, welcome.minutes) == ("Welcome", at("09:00"), 15)
    assert (welcome.speaker, welcome.cue, welcome.colour) == ("Amina Yeboah", "1", "#779BE7")
    assert welcome.warnings == (2, 1)
    # linked: it follows on, wherever the file thinks that it was
    assert (lunch.starts, lunch.kind, lunch.protected, lunch.warnings) == (
        None, Kind.BREAK, True, (9, 1),
    )  # fmt: skip
    assert (close.starts, close.skip) == (at("14:00"), True)
    assert rundown.columns["Song (custom field)"] is None
    assert rundown.columns["Presenter"] == "speaker"
    assert rundown.notes == (
        "From the Ontime project “Summit of <b>two</b>”.",
        "One delay is left out: times are as they were planned.",
    )
    assert rundown.skipped == (
        (1, "“Morning” is a group, no session"), (6, "“Doors” is a milestone, no session"),
    )  # fmt: skip


def test_version_three(tmp_path: Path) -> None:
    rundown = read(tmp_path, {
        "rundown": [
            event("Welcome", 9 * HOUR, 15, linkStart=None),
            {"type": "block", "id": "k", "title": "Morning"},
            event("Panel", 9 * HOUR + 900_000, 45, linkStart="Welcome", timerType="time-to-end",
                  endAction="play-next"),
            event("Close", 10 * HOUR, 10, endAction="load-next", timerType="clock"),
            event("Bell", 10 * HOUR, 0),
        ],
        "project": {"title": "", "backstageInfo": "x"}, "settings": {"version": "3.10.2"},
    })  # fmt: skip
    assert rundown.is_clear
    assert [(s.title, s.starts, s.minutes) for s in rundown.sessions] == [
        ("Welcome", at("09:00"), 15), ("Panel", None, 45), ("Close", None, 10),
    ]  # fmt: skip
    assert [s.auto for s in rundown.sessions] == [False, True, False]
    assert rundown.notes == (
        "One session counts to a time of day in Ontime; here it counts its minutes.",
        "One session counts up or shows a clock in Ontime; here it counts down.",
        "One session does something at its end in Ontime; here somebody chooses Next.",
    )
    assert rundown.skipped[-1] == (5, "“Bell” lasts no time")


def test_midnight_and_days(tmp_path: Path) -> None:
    rundown = read(tmp_path, four(
        event("Party", 23 * HOUR, 120), event("Night", 1 * HOUR, 30),
        event("Breakfast", 8 * HOUR, 30, dayOffset=2),
    ))  # fmt: skip
    assert rundown.is_clear
    _, night, breakfast = rundown.sessions
    assert night.starts is None  # it follows on at one the next day
    assert breakfast.starts is not None
    assert (breakfast.starts.day - DAY.day, breakfast.starts.hour) == (2, 8)


def test_several_rundowns_the_first_with_events_is_taken(tmp_path: Path) -> None:
    project = four(event("A talk", 9 * HOUR, 30), title="Day one")
    second = four(event("Another", 9 * HOUR, 30), title="Day two")["rundowns"]["default"]
    project["rundowns"] = {
        "empty": {"title": "None", "order": [], "entries": {}},
        **project["rundowns"],
        "two": second,
    }
    rundown = read(tmp_path, project)
    assert [s.title for s in rundown.sessions] == ["A talk"]
    assert "It has 2 rundowns. “Day one” is taken; “Day two” is not." in rundown.notes


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"timeStart": -1}, "Entry 1, “Talk”: its start is no time of day."),
        ({"timeStart": 25 * HOUR}, "Entry 1, “Talk”: its start is no time of day."),
        ({"timeStart": "09:00"}, "Entry 1, “Talk”: its start is no time of day."),
        ({"timeStart": float("nan")}, "Entry 1, “Talk”: its start is no time of day."),
        ({"timeStart": True}, "Entry 1, “Talk”: its start is no time of day."),
        ({"duration": float("inf")}, "Entry 1, “Talk”: its duration is no length of time up to"),
        ({"duration": -60_000}, "Entry 1, “Talk”: its duration is no length of time up to a day."),
        ({"duration": 25 * HOUR}, "Entry 1, “Talk”: its duration is no length of time up to"),
        ({"duration": [1]}, "Entry 1, “Talk”: its duration is no length of time up to a day."),
        ({"timeWarning": {}}, "Entry 1, “Talk”: its warning is no length of time up to a day."),
    ],
)
def test_one_wrong_value_is_one_problem(tmp_path: Path, change: dict[str, Any], why: str) -> None:
    rundown = read(tmp_path, four(event("Talk", 9 * HOUR, 30) | change))
    assert len(rundown.problems) == 1
    assert rundown.problems[0].startswith(why)
    with pytest.raises(Refused, match="Talk"):
        rundown.taken()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "“summit.json” is empty."),
        ("{", "“summit.json” is damaged in line 1: it is no whole JSON file."),
        ("[" * 200_000, "“summit.json” is no project that Ontime has written."),
        ('{"rundown": ' + "9" * 10_000 + "}", "“summit.json” is no project that Ontime has"),
        ("[]", "“summit.json” is no project of Ontime."),
        ('{"rundowns": 4}', "“summit.json” is no project of Ontime."),
        ('{"rundowns": {"a": {"entries": []}}}', "“summit.json” is no project of Ontime."),
        ('{"rundowns": {"a": {"entries": {}}}}', "“summit.json” is a project of Ontime without"),
        ('{"rundown": []}', "“summit.json” has a heading, but no sessions below it."),
    ],
)
def test_files_that_are_no_project(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Refused) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(why)


def test_groups_that_hold_themselves_end(tmp_path: Path) -> None:
    entries = {
        "g": {"type": "group", "title": "G", "entries": ["h", "a", None, 3, "gone"]},
        "h": {"type": "group", "title": "H", "entries": ["g"]},
        "a": event("Talk", 9 * HOUR, 30), "b": event("Lost", 10 * HOUR, 30),
        "c": 17,
    }  # fmt: skip
    rundown = read(tmp_path, {"rundowns": {"x": {"order": ["g", "g"], "entries": entries}}})
    assert [s.title for s in rundown.sessions] == ["Talk", "Lost"]
    assert [why for _, why in rundown.skipped][-1] == "is nothing that Ontime writes"


def test_too_many_events(tmp_path: Path) -> None:
    rundown = read(tmp_path, four(*(event("Talk", None, 1) for _ in range(501))))
    assert rundown.problems == ("“summit.json” has more than 500 sessions.",)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["event", "delay", "group", "9", "count-up"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "title", "timeStart", "duration", "entries", "order", "custom",
                         "dayOffset", "linkStart"]), inside, max_size=4),
    max_leaves=8,
)  # fmt: skip


@given(events=st.lists(anything | st.fixed_dictionaries(
    {"type": st.just("event"), "title": st.just("Talk")},
    optional=dict.fromkeys(
        ("timeStart", "timeEnd", "duration", "linkStart", "skip", "dayOffset", "custom", "note",
         "timeWarning", "timerType", "endAction", "triggers"), anything)), max_size=4),
    fields=anything)  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_whatever_the_file_says_the_answer_is_a_sentence(
    tmp_path: Path, events: list[Any], fields: Any
) -> None:
    said = ""
    minutes = [1]
    try:
        rundown = read(tmp_path, {"rundown": events, "customFields": fields, "project": fields})
        minutes = [session.minutes for session in rundown.taken()]
    except Refused as refused:
        said = str(refused)
    assert len(said) < 400
    assert all(1 <= many <= 1440 for many in minutes)
