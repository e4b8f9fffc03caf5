"""`share`, `join`, `desks`, `take-over`, `bring-home`, `try-way` and `take-off`."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from facilitator.app import create_event, open_event
from facilitator.domain.join_code import parse_join_code
from facilitator.services.checkin import At
from facilitator.services.hub_life import hub_folder
from facilitator.store.hub_certificates import fetch_chain, fingerprint
from facilitator.store.hub_server import HubServer
from tests.cli.run import Result, command
from tests.conftest import NEW, database_url
from tests.people import add_person
from tests.sharing.ports import quiet_port

ROOT = Path(__file__).parents[2]
HERE = "127.0.0.1"


def shared_event(folder: Path) -> Path:
    """An event with six people, shared from a laptop called "Hub laptop"."""
    path = folder / "summit.facilitator"
    with create_event(path, NEW) as app:
        for number in range(6):
            add_person(app, f"Given{number} Family{number}", codes=(f"Code-{number}",))
    done = command("share", path, "--name", "Hub laptop", "--address", HERE)
    assert done.status == 0, done.err
    return path


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An event that is shared while the tests of this file run."""
    path = shared_event(tmp_path_factory.mktemp("share"))
    try:
        yield path
        done = command("share", path, "--stop")
        assert done.status == 0, done.err
        assert not hub_folder(path).exists()
    finally:
        HubServer(hub_folder(path)).remove()  # no server outlives a run that failed


def invite(event: Path, role: str = "desk") -> str:
    (line,) = command("share", event, "--invite", role, "--json").lines
    return str(line["code"])


def join(event: Path, local: Path, desk: str, role: str = "desk") -> Path:
    done = command("join", invite(event, role), "--desk", desk, "-o", local)
    assert done.status == 0, done.err
    return local


def scan(event: Path, *codes: str) -> list[dict[str, object]]:
    return command("scan", event, *codes, "--json").lines


def said(result: Result, status: int = 1) -> str:
    assert result.status == status, result.out
    assert result.out == ""
    return result.reason


# --- sharing --------------------------------------------------------------------------------------


def test_share_listens_and_shows_a_code_for_the_role_that_was_wanted(event: Path) -> None:
    first = command("share", event, "--invite", "facilitator")
    assert first.status == 0
    where, whom, code, *more = first.out.splitlines()
    assert where.startswith(f"The event is shared at {HERE}:")
    assert whom.startswith("Another laptop joins as facilitator with this code, once, until ")
    assert more == [], "the picture is for a terminal"
    read = parse_join_code(code)
    assert read.addresses == (HERE,)
    chain = fetch_chain(HERE, read.port, 5)
    assert read.fingerprint in [fingerprint(one) for one in chain]
    (line,) = command("share", event, "--json").lines
    assert (line["role"], line["shared"], line["term"]) == ("desk", True, 1)
    assert (line["addresses"], line["port"]) == ([HERE], read.port)
    assert line["code"] not in (code, "")
    assert str(line["until"]).endswith("Z")


def test_what_share_refuses(event: Path, tmp_path: Path) -> None:
    assert "shared already" in said(command("share", event, "--name", "Other"))
    assert "shared already" in said(command("share", event, "--server", "postgresql://a@b/c"))
    assert "--stop stands alone" in said(command("share", event, "--stop", "--port", "1"), 2)
    assert "'--invite'" in said(command("share", event, "--invite", "guest"), 2)
    assert "'--port'" in said(command("share", event, "--port", "70000"), 2)
    alone = tmp_path / "alone.facilitator"
    create_event(alone, NEW).close()
    assert "not shared" in said(command("share", alone, "--stop"))
    away = command("share", alone, "--server", f"postgresql://a:b@{HERE}:{quiet_port()}/postgres")
    assert "refuses the connection" in said(away)
    assert command("desks", alone).out == "This event is not shared now.\n"
    assert not hub_folder(alone).exists()
    assert {one.name for one in tmp_path.iterdir()} - {"home"} == {"alone.facilitator"}


@pytest.mark.slow
def test_on_a_terminal_the_code_is_a_picture_too(event: Path) -> None:
    from PIL import Image
    from zxingcpp import read_barcodes

    main, terminal = pty.openpty()
    try:
        subprocess.run(
            [sys.executable, "-m", "ui", "share", str(event), "--invite", "desk"], cwd=ROOT,
            stdin=subprocess.DEVNULL, stdout=terminal, timeout=60, check=True,
        )  # fmt: skip
    finally:
        os.close(terminal)
    shown = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(main)
    lines = shown.decode().splitlines()
    code = next(line for line in lines if line.startswith("FJ1-"))
    picture = [line for line in lines if set(line) <= set(" \u00a0▀▄█") and len(line) > 30]
    bits = Image.new("L", (len(picture[0]), 2 * len(picture)), 0)
    for y, line in enumerate(picture):
        for x, letter in enumerate(line):
            bits.putpixel((x, 2 * y), 255 * (letter in "▀█"))
            bits.putpixel((x, 2 * y + 1), 255 * (letter in "▄█"))
    grown = bits.resize((bits.width * 8, bits.height * 8), Image.Resampling.NEAREST)
    assert [found.text for found in read_barcodes(grown)] == [code]


# --- joining --------------------------------------------------------------------------------------


def test_a_joined_file_is_an_event_like_any_other_and_one_desk_with_the_others(
    event: Path, tmp_path: Path
) -> None:
    doors = [tmp_path / f"door{number}.facilitator" for number in (1, 2)]
    typed = invite(event).lower().split("-")
    (line,) = command("join", *typed, "--desk", " Door\t1 ", "-o", doors[0], "--json").lines
    assert (line["people"], line["hub"], line["role"]) == (6, "Hub laptop", "desk")
    assert line["event"] == str(doors[0])
    again = command("join", invite(event), "--desk", "Door 2", "-o", doors[1])
    assert again.out.startswith("Joined “Hub laptop” as a registration desk. 6 people came in")
    assert again.out.endswith(f"From now on: facilitator scan {doors[1]}\n")
    first, second = scan(doors[0], "Code-0"), scan(doors[1], "Code-0", "Code-1")
    assert [(one["outcome"], one["standing"]) for one in first + second] == [
        ("welcome", "shared"), ("already-here", "shared"), ("welcome", "shared"),
    ]  # fmt: skip
    assert (second[0]["desk"], second[0]["since"]) == ("Door 1", first[0]["at"])
    status = {one["codes"][0]: one["status"] for one in command("people", event, "--json").lines}
    assert (status["Code-0"], status["Code-1"], status["Code-2"]) == (
        "arrived", "arrived", "expected",
    )  # fmt: skip


def test_scan_says_how_the_laptop_stands_only_where_the_event_is_shared(
    event: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.facilitator"
    with create_event(alone, NEW) as app:
        add_person(app, "Ada Larkin", codes=("Code-9",))
    assert "standing" not in scan(alone, "Code-9")[0]
    assert scan(event, "zz")[0]["standing"] == "shared"


def test_without_its_hub_a_desk_goes_on_and_sends_later(event: Path, tmp_path: Path) -> None:
    door = join(event, tmp_path / "door.facilitator", "Lone door", "facilitator")
    people = tmp_path / "people.csv"
    people.write_text("Name,Profession\nIda Quill,GP\n", encoding="utf-8")
    HubServer(hub_folder(event)).stop()
    try:
        (answer,) = scan(door, "Code-3")
        assert (answer["outcome"], answer["standing"]) == ("welcome", "alone")
        order = tmp_path / "order.csv"
        order.write_text("Title,Duration\nA talk,10\n", encoding="utf-8")
        assert "waits until it is back" in said(command("programme", door, "import", order))
        assert "A facilitator may not" in said(command("import", door, people))
        assert "does not answer" in said(command("desks", event, "--rename", "Hub laptop", "New"))
    finally:
        assert command("share", event).status == 0
    assert scan(door, "Code-3")[0]["standing"] == "shared"
    assert scan(event, "Code-3")[0]["outcome"] == "already-here"


def test_codes_that_let_nobody_in(event: Path, tmp_path: Path) -> None:
    local, code = tmp_path / "a.facilitator", invite(event)
    with open_event(event) as app:
        ticket = app.people.all()[0].ticket
    for wrong, why in (
        (ticket, "This is a ticket"),
        ("https://summit.example", "This is a web address"),
        ("Dr Ada Larkin", "not a join code"),
        (code[:-4], "not complete"),
        (code[:20] + "0000" + code[24:], "of the join code"),
    ):
        assert why in said(command("join", wrong, "--desk", "A", "-o", local))
        assert why in command("try-way", wrong).reason
    join(event, tmp_path / "b.facilitator", "Taken name")
    assert "of that name" in said(command("join", code, "--desk", "taken NAME", "-o", local))
    assert command("join", code, "--desk", "A free name", "-o", local).status == 0
    late = command("join", code, "--desk", "Late", "-o", tmp_path / "c.facilitator")
    assert "used already" in said(late)
    # What has joined already finds its hub again, under the name that it has.
    assert command("join", invite(event), "--desk", "Twice", "-o", local).status == 0
    assert command("join", invite(event), "-o", local).status == 0
    assert "Twice" not in command("desks", event).out


def test_how_join_is_used(event: Path, tmp_path: Path) -> None:
    local = tmp_path / "a.facilitator"
    for wrong in (
        ("join",),
        ("join", "FJ1"),
        ("join", "FJ1", "--desk", "A"),
        ("join", "FJ1", "-o", local),
        ("join", "FJ1", "--desk", " \t", "-o", local),
        ("join", "FJ1", "--again", local),
        ("try-way",),
        ("bring-home",),
        ("desks", event, "--rename", "one"),
        ("desks", event, "--rename", "Hub laptop", " "),
    ):
        assert "See: facilitator" in said(command(*wrong), 2)
    assert "No joining was begun" in said(command("join", "--again", local))
    assert "no folder" in said(
        command("join", invite(event), "--desk", "A", "-o", tmp_path / "none" / "a.facilitator")
    )
    for name in ("share", "join", "desks", "take-over", "bring-home", "try-way", "take-off"):
        shown = command(name, "--help")
        assert shown.status == 0
        assert shown.out.startswith(f"Usage: facilitator {name}")


# --- desks and the way ----------------------------------------------------------------------------


def test_desks_are_listed_renamed_and_put_off(event: Path, tmp_path: Path) -> None:
    door = join(event, tmp_path / "door.facilitator", "Café door")
    scan(door, "zz")
    lines = {line["name"]: line for line in command("desks", event, "--json").lines}
    assert (lines["Hub laptop"]["is_hub"], lines["Hub laptop"]["is_this"]) == (True, True)
    assert lines["Café door"]["role"] == "desk"
    assert lines["Café door"]["heard_at"] is not None
    renamed = command("desks", event, "--rename", "cafe DOOR", "Garden door").out
    assert "Garden door (desk): heard of " in renamed
    assert "Café" not in renamed
    assert "no desk “Café door”" in said(command("desks", event, "--put-off", "Café door"))
    assert "of that name" in said(command("desks", event, "--rename", "Garden door", "hub laptop"))
    assert "Only an organiser's laptop" in said(command("desks", door, "--put-off", "Hub laptop"))
    assert "the hub itself" in said(command("desks", event, "--put-off", "Hub laptop"))
    own = command("desks", door).out
    assert "Hub laptop (organiser, the hub).\n" in own
    assert "Garden door (desk, this laptop).\n" in own
    assert (
        "Garden door (desk): put off.\n"
        in command("desks", event, "--put-off", lines["Café door"]["id"]).out
    )
    assert scan(door, "zz")[0]["standing"] == "alone"


def test_the_way_is_tried_without_using_anything_up(event: Path, tmp_path: Path) -> None:
    code = invite(event)
    good = command("try-way", code, "--json")
    assert good.status == 0
    assert all(line["ok"] for line in good.lines)
    words = command("try-way", code).out
    assert "Good: The hub listens there, encrypts, and has the code's certificate.\n" in words
    assert words.endswith("The way is free.\n")
    assert command("join", code, "--desk", "After the way", "-o", tmp_path / "a.facilitator")
    used = command("try-way", code)
    assert used.status == 1
    assert "Not good: This code was used already." in used.out
    assert "used already" in used.reason


# --- taking over, coming home, taking off ---------------------------------------------------------


@pytest.mark.slow
def test_a_deputy_becomes_the_hub(tmp_path: Path) -> None:
    event = shared_event(tmp_path)
    deputy = join(event, tmp_path / "deputy.facilitator", "Deputy", "organiser")
    door = join(event, tmp_path / "door.facilitator", "Door")
    try:
        assert "The hub answers" in said(command("take-over", deputy))
        assert "as an organiser" in said(command("take-over", door))
        scan(event, "Code-0")
        scan(deputy, "zz")
        HubServer(hub_folder(event)).stop()
        (taken,) = command("take-over", deputy, "--address", HERE, "--json").lines
        assert (taken["term"], taken["addresses"]) == (2, [HERE])
        (answer,) = scan(deputy, "Code-0")
        assert (answer["outcome"], answer["standing"]) == ("already-here", "shared")
    finally:
        HubServer(hub_folder(event)).remove()
        HubServer(hub_folder(deputy)).remove()


def test_a_servers_event_comes_home(server: str, tmp_path: Path) -> None:
    url, home = database_url(server), tmp_path / "home.facilitator"
    with create_event(url, NEW) as app:
        add_person(app, "Ada Larkin", codes=("Code-1",))
        app.checkin.scan("Code-1", At("Door"))
    (line,) = command("bring-home", url, "-o", home, "--json").lines
    assert line["event"] == str(home)
    with closing(sqlite3.connect(home)) as raw:
        made = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        counts = [
            raw.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in made
            if name not in ("alembic_version", "sqlite_sequence")
        ]
    assert line["rows"] == sum(counts)
    assert scan(home, "Code-1")[0]["outcome"] == "already-here"
    assert "exists already" in said(command("bring-home", url, "-o", home))
    assert "no URL" in said(command("bring-home", home, "-o", tmp_path / "b.facilitator"))


def test_the_data_is_taken_off_a_laptop_that_joined(event: Path, tmp_path: Path) -> None:
    folder = tmp_path / "laptop"
    folder.mkdir()
    door = join(event, folder / "door.facilitator", "Borrowed")
    done = command("take-off", door)
    assert done.status == 0, done.err
    assert "is off this laptop" in done.out
    assert list(folder.iterdir()) == []
    assert "Borrowed (desk): its data was taken off." in command("desks", event).out
    assert said(command("take-off", door))
    assert said(command("take-off", event))
    assert event.exists()
