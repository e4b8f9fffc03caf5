"""`mix` as FORMATS.md promises it: an event's rounds, and problem files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from facilitator.app import open_event
from facilitator.mixing.plan import Plan
from facilitator.mixing.problem import Problem
from tests.cli.run import command
from tests.services.seating_tools import fill


@pytest.fixture
def event(tmp_path: Path) -> Path:
    path = tmp_path / "summit.facilitator"
    command("new", path, "--name", "Summit", "--date", "2025-11-12", "--tables", "6x6")
    with open_event(path) as app:
        fill(app, 15, 15)
    return path


def problem(**more: Any) -> dict[str, Any]:
    """Six tables of five or six for 32 people, three rounds."""
    people = [
        {"id": f"p{at}", "role": "GP" if at % 2 else "PH", "borough": "Ealing"} for at in range(32)
    ]
    tables = [[{"id": f"T{n}", "min": 5, "max": 6} for n in range(6)] for _ in range(3)]
    return {"name": "small", "rounds": 3, "people": people, "tables": tables, "balance": True,
            "min_role": {"GP": 1, "PH": 1}, **more}  # fmt: skip


def written(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_mixing_is_shown_and_written_only_when_accepted(event: Path) -> None:
    shown = command("mix", event, "--round", "1", "--work", "20000", "--json")
    assert shown.status == 0, shown.err
    line = shown.lines[-1]
    assert line["repeats"] == line["bound"] == 0
    assert line["broken"] == []
    assert line["cross"] > 100
    assert line["seconds"] < 60
    with open_event(event) as app:
        assert app.seating.room().revision == 0
    done = command("mix", event, "--round", "1", "--work", "20000", "--accept")
    assert done.status == 0
    assert "30 people seated." in done.out
    with open_event(event) as app:
        room = app.seating.room()
    assert room.revision == 1
    assert room.repeats == 0
    assert all(len(t.people) == 5 for r in room.rounds for t in r.tables)


def test_the_same_seed_and_work_give_the_same_seats(event: Path) -> None:
    def seats(seed: int) -> Any:
        command("mix", event, "--round", "1", "--work", "5000", "--seed", str(seed), "--accept")
        with open_event(event) as app:
            return app.seating.room().where

    assert seats(4) == seats(4)


def test_a_round_is_mixed_with_all_later_ones(event: Path) -> None:
    command("mix", event, "--round", "1", "--work", "20000", "--accept")
    with open_event(event) as app:
        before = app.seating.room().where
        app.tables.start_round(1)
        app.tables.finish_round(1)
    again = command("mix", event, "--round", "2", "--work", "20000", "--seed", "3", "--accept",
                    "--json")  # fmt: skip
    assert again.status == 0, again.err
    assert again.lines[-1]["repeats"] == 0
    with open_event(event) as app:
        after = app.seating.room().where
    assert {k: v for k, v in after.items() if k[0] == 1} == {
        k: v for k, v in before.items() if k[0] == 1
    }
    over = command("mix", event, "--round", "1")
    assert over.status == 1
    assert over.reason.startswith("Round 1 has happened")


def test_refusals_of_an_event_are_one_sentence(event: Path, tmp_path: Path) -> None:
    none = command("mix", event, "--round", "9", "--json")
    assert (none.status, none.out) == (1, "")
    assert none.reason == "There is no round 9: this event has rounds 1, 2 and 3."
    empty = tmp_path / "empty.facilitator"
    command("new", empty, "--name", "S", "--date", "2025-11-12", "--tables", "4x6")
    nobody = command("mix", empty, "--round", "1")
    assert (nobody.status, nobody.reason) == (1, "Nobody is on the list yet. Import it, then mix.")
    gone = command("mix", tmp_path / "nothing.facilitator", "--round", "1")
    assert gone.status == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("x.facilitator",), ("--problem", "p.json"), ("x.facilitator", "--round", "0"),
        ("x.facilitator", "--round", "1", "--problem", "p.json", "-o", "q.json"),
        ("x.facilitator", "--round", "1", "-o", "q.json"),
        ("x.facilitator", "--round", "1", "--seconds", "-1"),
    ],
)  # fmt: skip
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    result = command("mix", *arguments)
    assert (result.status, result.out) == (2, "")
    assert "See: facilitator mix --help" in result.reason


def test_a_problem_file_is_solved(tmp_path: Path) -> None:
    asked = written(tmp_path / "p.json", problem())
    done = command("mix", "--problem", asked, "-o", tmp_path / "plan.json", "--work", "20000",
                   "--json")  # fmt: skip
    assert done.status == 0, done.err
    assert set(done.lines[-1]) == {"repeats", "bound", "cross", "seconds", "broken"}
    plan = Plan.from_json(json.loads((tmp_path / "plan.json").read_text()))
    assert [sum(map(len, tables.values())) for tables in plan.rounds] == [32, 32, 32]
    again = command("mix", "--problem", asked, "-o", tmp_path / "again.json", "--work", "20000")
    assert again.status == 0
    assert (tmp_path / "again.json").read_text() == (tmp_path / "plan.json").read_text()
    assert sorted(file.name for file in tmp_path.glob("*.json")) == [
        "again.json", "p.json", "plan.json",
    ]  # fmt: skip


def test_what_cannot_be_kept_is_named(tmp_path: Path) -> None:
    pins = [{"person": p, "table": "T1", "rounds": [0]} for p in ("p1", "p2")]
    asked = written(tmp_path / "p.json", problem(pins=pins, apart=[["p1", "p2"]]))
    done = command("mix", "--problem", asked, "-o", tmp_path / "plan.json", "--work", "20000",
                   "--json")  # fmt: skip
    assert done.status == 0
    assert any("p1" in sentence and "p2" in sentence for sentence in done.lines[-1]["broken"])


def test_a_live_problem_keeps_the_past(tmp_path: Path) -> None:
    first = written(tmp_path / "p.json", problem())
    told = tmp_path / "told.json"
    command("mix", "--problem", first, "-o", told, "--work", "20000")
    live = problem(live={"from_round": 1})
    live["people"].append({"id": "new", "role": "GP", "attend": [1, 2]})
    asked = written(tmp_path / "live.json", live)
    refused = command("mix", "--problem", asked, "-o", tmp_path / "plan.json")
    assert refused.status == 1
    assert "--told" in refused.reason
    done = command("mix", "--problem", asked, "--told", told, "-o", tmp_path / "plan.json")
    assert done.status == 0, done.err
    before, after = (json.loads(file.read_text()) for file in (told, tmp_path / "plan.json"))
    assert after["rounds"][0] == before["rounds"][0]
    moved = Plan.from_json(after).where(1)
    assert "new" in moved
    assert Problem.from_json(live).live_from == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no JSON"), (b"{", "is no JSON"), (b"\xff\xfe\x00", "is no JSON"),
        (b"[]", "one JSON object"), (b"{}", "rounds"), (b"[" * 100_000, "is no JSON"),
        (b'{"rounds": 1, "people": [{"id": "a", "role": "XX"}], "tables": [[]]}', "GP, PH or OT"),
    ],
)  # fmt: skip
def test_a_bad_problem_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    asked = tmp_path / "p.json"
    asked.write_bytes(content)
    result = command("mix", "--problem", asked, "-o", tmp_path / "plan.json")
    assert (result.status, result.out) == (1, "")
    assert said in result.reason
    assert not (tmp_path / "plan.json").exists()


def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    asked = written(tmp_path / "p.json", problem())
    result = command("mix", "--problem", asked, "-o", tmp_path / "no" / "plan.json")
    assert result.status == 1
    assert "There is no folder" in result.reason
    missing = command("mix", "--problem", tmp_path / "no.json", "-o", tmp_path / "plan.json")
    assert missing.reason == "There is no file “no.json”."
