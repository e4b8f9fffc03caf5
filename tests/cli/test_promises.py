"""What FORMATS.md promises of every command, held with real processes where one is needed."""

from __future__ import annotations

import json
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as listening

from facilitator.app import EventApp, create_event, open_event
from facilitator.store.rows import SettingRow
from tests.cli.run import command
from tests.conftest import NEW, database_url
from tests.people import add_person

COMMAND = (sys.executable, "-m", "ui")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def event(tmp_path: Path) -> Path:
    """An event in a file with twelve people, closed."""
    path = tmp_path / "summit.facilitator"
    with create_event(path, NEW) as app:
        for number in range(12):
            side = "general-practice" if number % 2 else "community-pharmacy"
            add_person(app, f"Person{number} Family{number}", side, codes=[f"Code-{number:03}"])
    return path


def tickets(event: Path) -> list[str]:
    with open_event(event) as app:
        return [person.ticket for person in app.people.all()]


def process(
    *arguments: str | Path, stdout: Any = subprocess.PIPE, stderr: Any = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=stdout,
        stderr=stderr, text=True, timeout=60, check=False,
    )  # fmt: skip


def reason(stderr: str) -> str:
    """The last line on stderr, held to what is promised of it."""
    lines = stderr.splitlines()
    assert 1 <= len(lines) <= 3
    assert len(lines[-1]) <= 400
    assert "fault of the program" not in lines[-1]
    return lines[-1]


# --- scans ----------------------------------------------------------------------------------------


def test_every_line_that_is_not_blank_is_answered_once(event: Path) -> None:
    first, second = tickets(event)[:2]
    lines = ["", "   ", "\\000001", "\x00", " " * 3000 + first, f"\x00{second}\x00", "\\000026 "]
    answers = command("scan", event, "--json", stdin="\n".join(lines)).lines
    assert [line["outcome"] for line in answers] == [
        "misread", "misread", "welcome", "welcome", "misread",
    ]  # fmt: skip
    assert [line["code"] for line in answers] == ["", "", first, second, ""]


def test_a_closed_stdin_is_an_empty_one(event: Path) -> None:
    quoted = " ".join([*COMMAND, "scan", str(event)])
    done = process_of_a_shell(f"{quoted} <&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def process_of_a_shell(line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_reader_that_has_gone_is_told_of_in_one_sentence(event: Path) -> None:
    quoted = " ".join([*COMMAND, "people", str(event)])
    done = process_of_a_shell(f"{{ {quoted}; echo $? >&2; }} | true")
    lines = done.stderr.splitlines()
    assert lines[-1] == "1"
    assert "Nobody reads" in reason("\n".join(lines[:-1]))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_an_answer_that_finds_no_room_is_one_sentence_and_the_arrival_stands(event: Path) -> None:
    ticket = tickets(event)[0]
    with Path("/dev/full").open("w") as full:
        done = process("scan", event, ticket, stdout=full)
    assert done.returncode == 1
    assert "what was written is full" in reason(done.stderr)
    assert command("scan", event, ticket, "--json").lines[0]["outcome"] == "already-here"


@pytest.mark.slow
def test_what_was_answered_is_in_the_file_when_the_process_is_killed(event: Path) -> None:
    admitted: Counter[str] = Counter()
    for _ in range(2):
        scanning = subprocess.Popen(
            [*COMMAND, "scan", str(event), "--json"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert scanning.stdin
        assert scanning.stdout
        with scanning:
            scanning.stdin.write("\n".join(tickets(event)) + "\n")
            scanning.stdin.flush()
            answers = [scanning.stdout.readline() for _ in range(5)]
            scanning.kill()
            answers += [line for line in scanning.stdout if line.endswith("\n")]
        for answer in map(json.loads, answers):
            admitted[answer["attendee"]] += answer["outcome"] == "welcome"
    status = {line["id"]: line["status"] for line in command("people", event, "--json").lines}
    assert len(admitted) >= 5
    assert {status[who] for who in admitted} == {"arrived"}
    assert max(admitted.values()) == 1


@pytest.mark.slow
def test_several_processes_admit_everybody_exactly_once_and_answer_every_line(event: Path) -> None:
    lines = "\n".join(tickets(event)) + "\n"
    desks = [
        subprocess.Popen(
            [*COMMAND, "scan", str(event), "--json", "--desk", f"Desk {number}"], cwd=ROOT,
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for number in range(4)
    ]  # fmt: skip
    for desk in desks:
        assert desk.stdin
        desk.stdin.write(lines)
        desk.stdin.flush()
    found = [desk.communicate(timeout=60) for desk in desks]
    assert [desk.returncode for desk in desks] == [0] * 4
    answers = [json.loads(line) for out, _ in found for line in out.splitlines()]
    assert len(answers) == 4 * 12
    welcomes = {line["attendee"]: line for line in answers if line["outcome"] == "welcome"}
    assert sum(line["outcome"] == "welcome" for line in answers) == len(welcomes) == 12
    for line in answers:
        if line["outcome"] == "already-here":
            first = welcomes[line["attendee"]]
            assert (line["since"], line["desk"]) == (first["at"], first["desk"])


@pytest.mark.slow
def test_a_desk_finds_its_turn_while_another_hardly_lets_go(file_app: EventApp) -> None:
    # SQLite's own waits grow to a tenth of a second and step over most gaps as short as these.
    busy = (
        "import sqlite3, time\n"
        f"c = sqlite3.connect({file_app.database.location!r}, isolation_level=None, timeout=60)\n"
        "c.execute('BEGIN IMMEDIATE'); print('held', flush=True)\n"
        "while True:\n"
        "    time.sleep(1.3); c.execute('COMMIT')\n"
        "    time.sleep(0.012); c.execute('BEGIN IMMEDIATE')\n"
    )
    with subprocess.Popen([sys.executable, "-c", busy], stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        try:
            for number in range(3):
                with file_app.database.session() as session:
                    session.add(SettingRow(key=f"turn-{number}", value=number))
        finally:
            other.kill()
    with file_app.database.reading() as session:
        assert session.get(SettingRow, "turn-2") is not None


# --- finding --------------------------------------------------------------------------------------


def test_one_person_is_found_without_reading_the_whole_list(app: EventApp) -> None:
    people = [add_person(app, f"A{n} B{n}", "other", codes=[f"Ab{n}"]) for n in range(10)]
    asked: list[str] = []

    def hear(_on: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM attendee" in statement and "attendee.family_name" in statement:
            asked.append(statement)

    listening.listen(app.database.engine, "before_cursor_execute", hear)
    try:
        wanted = people[3]
        for who in (str(wanted.id), wanted.ticket, wanted.ticket.lower(), "Ab3", "AB3"):
            assert app.people.find(who).id == wanted.id
    finally:
        listening.remove(app.database.engine, "before_cursor_execute", hear)
    assert len(asked) == 5
    assert all("attendee.id IN" in statement for statement in asked), "one person, not the list"


# --- sentences ------------------------------------------------------------------------------------


def test_a_sides_key_may_not_hide_an_option_of_note_hands(tmp_path: Path) -> None:
    for key in ("json", "help"):
        done = command(
            "new", tmp_path / "a.facilitator", "--name", "N", "--date", "2025-11-12",
            "--sides", f"{key}=One,two=Two",
        )  # fmt: skip
        assert done.status == 2
        assert f"“{key}” cannot be a side's key" in done.reason


def test_a_group_of_commands_without_arguments_says_what_is_missing() -> None:
    done = command("note")
    assert done.status == 2
    assert done.reason == "Say an EVENT and what to do with it. See: facilitator note --help"


def test_a_programme_needs_a_folder_that_is_there(event: Path, tmp_path: Path) -> None:
    done = command("programme", event, "export", tmp_path / "missing" / "order.xlsx")
    assert done.status == 1
    assert "no folder “missing”" in reason(done.err)


def test_a_list_without_professions_and_a_folder_are_named_in_words(
    event: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = tmp_path / "plain.csv"
    people.write_text("Name,Email\nIda Quill,ida@names.example\n", encoding="utf-8")
    assert "no profession (1)" in command("import", event, people).out
    monkeypatch.chdir(tmp_path)
    assert command("import", event, ".").reason.startswith("“.” is a folder")


def test_a_very_long_path_leaves_room_for_what_is_wrong_with_it() -> None:
    done = command("people", "x" * 5000 + ".facilitator")
    assert done.status == 1
    assert "cannot be used: File name too long" in reason(done.err)


def test_a_desk_is_one_short_line(event: Path) -> None:
    done = command("scan", event, "zz", "--json", "--desk", " Door\n2\u202e " + "x" * 500)
    desk = done.lines[0]["desk"]
    assert desk.startswith("Door 2 x")
    assert len(desk) == 80


def test_a_copy_replaces_an_older_copy_but_never_another_event(event: Path) -> None:
    other, copy = event.with_name("other.facilitator"), event.with_name("copy.facilitator")
    create_event(other, NEW).close()
    before = other.read_bytes()
    done = command("backup", event, "-o", other)
    assert done.status == 1
    assert "“other.facilitator” is another event. It was not changed." in reason(done.err)
    assert other.read_bytes() == before
    assert [command("backup", event, "-o", copy).status for _ in range(2)] == [0, 0]


# --- events that are none, or no longer whole -----------------------------------------------------


@pytest.mark.parametrize(
    "harm", ["DROP TABLE presence", "DELETE FROM event", "DELETE FROM side", "DROP TABLE scan"]
)
def test_an_event_with_a_part_missing_is_called_damaged(event: Path, harm: str) -> None:
    with closing(sqlite3.connect(event)) as raw:
        raw.execute(harm)
        raw.commit()
    done = command("walk-in", event, "Ida Quill", "--side", "other")
    assert done.status == 1
    assert "is damaged: a part of it is missing" in reason(done.err)


def test_a_server_without_that_database_is_told_apart_from_no_server(server: str) -> None:
    done = command("people", database_url(server))
    assert done.status == 1
    assert "There is no database at" in reason(done.err)
    away = command("people", "postgresql://nobody@127.0.0.1:1/event")
    assert "does not answer" in reason(away.err)


def room_of(kilobytes: int, folder: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    """Run shell lines where `folder` is a disk of its own, of so many kilobytes."""
    if shutil.which("unshare") is None:
        pytest.skip("a small disk cannot be made here")
    folder.mkdir()
    mount = f"mount -t tmpfs -o size={kilobytes}k none {folder}"
    tried = subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("a small disk cannot be made here")
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", "\n".join([mount, *lines])], cwd=ROOT, text=True,
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip


def shell(arguments: Iterable[str | Path]) -> str:
    return " ".join([*COMMAND, *map(str, arguments)])


def test_an_event_for_which_there_is_no_room_is_not_made(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    new = shell(["new", disk / "a.facilitator", "--name", "N", "--date", "2025-11-12"])
    # room for the changes in the write-ahead log, not for the file beside it
    done = room_of(660, disk, f"{new}; echo $?", f"ls -A {disk}")
    assert done.stdout == "1\n"
    assert "is full" in reason(done.stderr)


@pytest.mark.slow
def test_a_full_disk_is_called_full_and_what_was_there_is_intact(
    event: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    there, ticket = disk / "summit.facilitator", tickets(event)[0]
    export = shell(["export", event, "-o", disk / "day.xlsx"])
    done = room_of(
        1200, disk, f"cp {event} {there}",
        f"head -c 2000000 /dev/zero > {disk}/filler 2> {tmp_path}/told",
        f"{shell(['scan', there, ticket])}; echo $?", f"{export}; echo $?",
        f"rm {disk}/filler {there}-*; cmp {event} {there} && echo intact",
    )  # fmt: skip
    assert done.stdout == "1\n1\nintact\n"
    scanned, exported = done.stderr.splitlines()
    assert "“summit.facilitator” is full" in scanned
    assert "no room left on the disk for “day.xlsx”" in exported


# --- the terminal, and the start ------------------------------------------------------------------


def test_progress_is_wiped_from_the_terminal_before_the_answer(event: Path) -> None:
    main, terminal = pty.openpty()
    try:
        done = process("mix", event, "--round", "1", "--work", "50", stderr=terminal)
    finally:
        os.close(terminal)
    shown = os.read(main, 65536).decode()
    os.close(main)
    assert done.returncode == 0
    assert "repeats so far" in shown
    assert shown.endswith("\r\x1b[K")


def test_a_scan_loads_nothing_that_it_does_not_need(event: Path) -> None:
    watched = (
        "PySide6", "reportlab", "openpyxl", "rapidfuzz", "alembic", "docx", "psycopg",
        "sqlalchemy.dialects.postgresql", "facilitator.intake.lists", "facilitator.documents.page",
    )  # fmt: skip
    script = (
        "import sys\n"
        "from facilitator.cli.base import run\n"
        "from ui.entry import facilitator\n"
        f"status = run(facilitator, ['scan', {str(event)!r}, {tickets(event)[0]!r}])\n"
        f"print(status, [name for name in {watched!r} if name in sys.modules])\n"
        "from facilitator.store.rows import AttendeeRow\n"
        "print(AttendeeRow.__pydantic_complete__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[1:] == ["0 []", "False"], done.stderr
