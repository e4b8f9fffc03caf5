"""Joining a hub: what is there afterwards, what is not when it was cut off, and what is said."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from facilitator.app import create_event, open_event
from facilitator.clocks import SystemClocks
from facilitator.domain.errors import (
    Gone,
    HubGone,
    NotAnEvent,
    ReadOnly,
    Refused,
    TooNew,
    Trouble,
    WorldTrouble,
)
from facilitator.domain.ids import new_id
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.domain.people import Status
from facilitator.domain.roles import tables_read_by
from facilitator.services.checkin import At
from facilitator.services.hub_life import read_deputy
from facilitator.services.joining import bring_home, join, join_again
from facilitator.services.way import WrongCertificate, clock_words
from facilitator.store.hub import account_folder, read_account
from facilitator.store.hub_server import HubServer
from tests.cli.test_promises import ROOT, room_of, shell
from tests.conftest import NEW
from tests.people import add_person
from tests.sharing.joinable import (
    HUB,
    Joinable,
    alchemy,
    elsewhere,
    files_below,
    make_joinable,
)
from tests.sharing.ports import quiet_port
from tests.sharing.proxy import DOWN, UP, Line, Proxy

PEOPLE = 40
SECRET_NOTE = "A note that no desk may read"


class SlowClocks(SystemClocks):
    """This machine's clocks, the wall one an hour and a half slow."""

    def now(self) -> datetime:
        return super().now() - timedelta(minutes=90)


@pytest.fixture(scope="module")
def hub(hub_server: HubServer) -> Iterator[Joinable]:
    """A hub with people and a note, which tests of this file join."""
    name = f"event_join_{os.getpid()}"
    with psycopg.connect(hub_server.admin_url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = hub_server.admin_url(name)
    made = make_joinable(hub_server, url, NEW, people=PEOPLE)
    with open_event(alchemy(url)) as app:
        app.notes.capture(new_id(), NoteKind.PAIN_POINT, NoteContent(SECRET_NOTE))
    yield made
    with psycopg.connect(hub_server.admin_url(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def line(hub: Joinable) -> Iterator[Line]:
    """A way to the hub that can be disturbed."""
    with Proxy() as proxy:
        yield proxy.line("desk", "127.0.0.1", hub.port)


def tables(path: Path) -> dict[str, list[tuple]]:
    """Every table of a file with its rows."""
    with closing(sqlite3.connect(path)) as raw:
        names = [n for (n,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(raw.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def used(hub: Joinable, login: str) -> bool:
    return hub.ask(f"SELECT used_at FROM join_code WHERE login = '{login}'") != [(None,)]


# --- being in -------------------------------------------------------------------------------------


def test_a_code_makes_a_file_with_what_the_role_may_read(hub: Joinable, tmp_path: Path) -> None:
    local = tmp_path / "door.facilitator"
    code = hub.invite()
    joined = join(code.text.lower().replace("-", " "), " Door\n1 ", local)
    assert (joined.people, joined.role, joined.hub) == (PEOPLE, "desk", HUB)
    assert abs(joined.skew) < 1
    assert f"Joined “{HUB}” as a registration desk. {PEOPLE} people" in joined.sentence
    assert "clock" not in joined.sentence
    assert "This event is on 2025-11-12, not today." in joined.sentence
    there = {name for (name,) in hub.ask("SELECT name FROM joined WHERE NOT is_hub")}
    assert "Door 1" in there
    found = tables(local)
    assert len(found["attendee"]) == len(found["attendee_code"]) == PEOPLE
    assert {name for name in found if found[name]} - {"alembic_version", "sharing"} <= (
        tables_read_by("desk")
    )
    assert SECRET_NOTE.encode() not in local.read_bytes()
    folder = account_folder(local)
    assert files_below(tmp_path) == [
        "door.facilitator", "door.facilitator.desk/ca.pem", "door.facilitator.desk/desk.json",
    ]  # fmt: skip
    if os.name == "posix":
        assert mode(local) == 0o600
        assert mode(folder) == 0o700
        assert {mode(one) for one in folder.iterdir()} == {0o600}


def test_an_organiser_gets_everything(hub: Joinable, tmp_path: Path) -> None:
    local = tmp_path / "deputy.facilitator"
    assert join(hub.invite("organiser").text, "Deputy", local).role == "organiser"
    assert [row for row in tables(local)["note_version"] if SECRET_NOTE in str(row)]
    account = read_account(local)
    assert account is not None
    assert (account.name, account.role, account.event_id) == ("Deputy", "organiser", hub.event_id)
    assert account.user in read_deputy(account.folder).logins, "it can be the hub at once"
    with psycopg.connect(hub.url) as owner:
        counts = {
            table: owner.execute(f'SELECT count(*) FROM "{table}"'.encode()).fetchone()
            for table in tables_read_by("organiser") - {"joined", "heard", "join_code"}
        }
    found = tables(local)
    assert {name: (len(found[name]),) for name in counts} == counts


def test_two_laptops_decide_in_names_of_their_own(hub: Joinable, tmp_path: Path) -> None:
    for name in ("one", "two"):
        join(hub.invite().text, f"Own {name}", tmp_path / f"{name}.facilitator")
    authorities = set()
    for name in ("one", "two"):
        with closing(sqlite3.connect(tmp_path / f"{name}.facilitator")) as raw:
            authorities |= set(raw.execute("SELECT authority FROM event"))
    assert len(authorities) == 2
    assert not authorities & set(hub.ask("SELECT authority FROM event"))


def test_a_wrong_clock_is_noticed(hub: Joinable, tmp_path: Path) -> None:
    joined = join(hub.invite().text, "Slow", tmp_path / "a.facilitator", clocks=SlowClocks())
    assert joined.skew == pytest.approx(5400, abs=2)
    assert "This laptop's clock is 90 minutes slow. Set it" in joined.sentence
    ((skew,),) = hub.ask("SELECT skew FROM joined WHERE name = 'Slow'")
    assert skew == pytest.approx(5400, abs=2)


@pytest.mark.parametrize(
    ("skew", "words"),
    [
        (0.0, ""),
        (-1.9, ""),
        (2.1, "2 seconds slow"),
        (-14.2, "14 seconds fast"),
        (119, "119 seconds slow"),
        (600, "10 minutes slow"),
        (-7300, "2 hours fast"),
        (86_400, "24 hours slow"),
        (400_000, "5 days slow"),
    ],
)
def test_what_is_said_of_a_clock(skew: float, words: str) -> None:
    assert clock_words(skew) == (f"This laptop's clock is {words}." if words else "")


def test_an_event_shared_on_a_server_that_was_there_is_joined_alike(
    hub_server: HubServer, tmp_path: Path
) -> None:
    event, local = tmp_path / "day.facilitator", tmp_path / "door.facilitator"
    with create_event(event, NEW) as app:
        person = add_person(app, "Ada Larkin")
        app.sharing.share(server=hub_server.admin_url(), name=HUB)
        joined = join(app.sharing.invite("desk").text, "Door", local)
        assert (joined.people, joined.hub) == (1, HUB)
        with open_event(local) as desk:
            answer = desk.checkin.scan(person.ticket, At("Door"))
            assert answer is not None
            assert answer.standing == "shared"
        app.sharing.stop()
    with open_event(event) as app:
        assert app.people.get(person.id).status is Status.ARRIVED
        assert app.sharing.standing().kind == "own"


# --- cut off --------------------------------------------------------------------------------------


def test_cut_off_twice_in_the_download_it_goes_on_without_a_new_code(
    hub: Joinable, line: Line, tmp_path: Path
) -> None:
    local = tmp_path / "cut.facilitator"
    code = hub.invite(port=line.port)
    kept = ["cut.facilitator.desk/ca.pem", "cut.facilitator.desk/desk.json"]
    line.cut_after(11_000)
    with pytest.raises(HubGone, match="No file was made yet; no new code is needed"):
        join(code.text, "Cut", local)
    assert files_below(tmp_path) == kept
    line.cut_after(11_000)
    with pytest.raises(HubGone):
        join_again(local)
    assert files_below(tmp_path) == kept
    assert used(hub, code.login)
    assert join(code.text, "Cut", local).people == PEOPLE
    assert hub.ask("SELECT count(*) FROM joined WHERE name LIKE 'Cut%'") == [(1,)]
    with pytest.raises(Refused, match="has joined already"):
        join_again(local)


@pytest.mark.slow
@pytest.mark.parametrize("way", [UP, DOWN])
def test_wherever_it_is_cut_the_same_code_works_and_nothing_half_is_left(
    hub: Joinable, line: Line, tmp_path: Path, way: str
) -> None:
    steps = range(200, 4200, 400) if way == UP else range(200, 9200, 900)
    cuts = 0
    for after in steps:
        local = tmp_path / f"{way}-{after}.facilitator"
        code = hub.invite(port=line.port)
        line.cut_after(after, way)
        try:
            join(code.text, f"{way} {after}", local)
        except WorldTrouble:
            cuts += 1
            assert not local.exists()
            left = files_below(tmp_path)
            assert not [one for one in left if "draft" in one]
            line.heal()
            assert join(code.text, f"{way} {after}", local).people == PEOPLE
        line.heal()
        found = hub.ask(f"SELECT put_off_at FROM joined WHERE name = '{way} {after}'")
        assert found == [(None,)]
    assert cuts > len(steps) // 2


@pytest.mark.slow
def test_a_silent_hub_is_given_up_and_what_was_killed_before_is_swept(
    hub: Joinable, line: Line, tmp_path: Path
) -> None:
    local = tmp_path / "still.facilitator"
    code = hub.invite(port=line.port)
    line.drop()
    with pytest.raises(Gone, match="Nothing answers at 127"):
        join(code.text, "Still", local, patience=0.3)
    assert files_below(tmp_path) == []
    line.heal()
    assert not used(hub, code.login)
    join(code.text, "Still", local)
    folder = account_folder(local)
    local.unlink()
    for name in ("draft.facilitator", "draft.facilitator-wal", ".draft.facilitator.ab.new"):
        (folder / name).write_text("Ada Larkin, left by a killed process")
    line.half(DOWN)
    with pytest.raises(Trouble):
        join_again(local, patience=0.3)
    assert files_below(folder) == ["ca.pem", "desk.json"]
    line.heal()
    assert join_again(local).people == PEOPLE
    assert files_below(folder) == ["ca.pem", "desk.json"]


def test_a_laptop_that_was_put_off_meanwhile_needs_the_new_code(
    hub: Joinable, line: Line, tmp_path: Path
) -> None:
    local = tmp_path / "off.facilitator"
    line.cut_after(11_000)
    with pytest.raises(HubGone):
        join(hub.invite(port=line.port).text, "Lost", local)
    ((login,),) = hub.ask("SELECT login FROM joined WHERE name = 'Lost'")
    with psycopg.connect(hub.url, autocommit=True) as owner:
        owner.execute("SELECT facilitator_put_off(%s)", (login,))
    with pytest.raises(Refused, match="does not let this laptop in"):
        join_again(local)
    assert join(hub.invite(port=line.port).text, "Lost", local).people == PEOPLE


# --- codes ----------------------------------------------------------------------------------------


def test_codes_that_are_used_over_or_wrong(hub: Joinable, tmp_path: Path) -> None:
    code = hub.invite()
    join(code.text, "First", tmp_path / "a.facilitator")
    local = tmp_path / "b.facilitator"
    with pytest.raises(Refused, match="used already"):
        join(code.text, "Second", local)
    with pytest.raises(Refused, match="over"):
        join(hub.invite(minutes=0).text, "Second", local)
    with pytest.raises(Refused, match="wrong, or over"):
        join(elsewhere(hub.invite(), secret="0" * 16).text, "Second", local)
    with pytest.raises(Refused, match="wrong, or over"):
        join(elsewhere(hub.invite(), suffix="00000000").text, "Second", local)
    with pytest.raises(Refused, match="does not share the event of this code any more"):
        join(elsewhere(hub.invite(), database="yesterday").text, "Second", local)
    with pytest.raises(Refused, match="Group 3 of the join code"):
        join(code.text[:22] + "ZZZZ" + code.text[26:], "Second", local)
    assert not local.exists()
    assert not account_folder(local).exists()


def test_a_certificate_that_changed_is_sent_nothing(hub: Joinable, tmp_path: Path) -> None:
    code = elsewhere(hub.invite(), fingerprint=bytes(32))
    with pytest.raises(WrongCertificate, match="Nothing was sent to it"):
        join(code.text, "Door", tmp_path / "a.facilitator")
    assert files_below(tmp_path) == []
    assert not used(hub, code.login)


def test_two_desks_of_one_name(hub: Joinable, tmp_path: Path) -> None:
    join(hub.invite().text, "Main door", tmp_path / "a.facilitator")
    code = hub.invite()
    with pytest.raises(Refused, match="a desk of that name already"):
        join(code.text, "MAIN DOOR", tmp_path / "b.facilitator")
    assert not account_folder(tmp_path / "b.facilitator").exists()
    assert join(code.text, "Side door", tmp_path / "b.facilitator").people == PEOPLE


@pytest.mark.parametrize("name", ["", " \n", "x" * 61])
def test_a_desk_needs_a_short_name(hub: Joinable, tmp_path: Path, name: str) -> None:
    code = hub.invite()
    with pytest.raises(Refused, match="needs a name"):
        join(code.text, name, tmp_path / "a.facilitator")
    assert not used(hub, code.login)


def test_a_code_at_one_address_of_three_that_answers(hub: Joinable, tmp_path: Path) -> None:
    places = ("127.0.0.9", "nowhere.invalid", "127.0.0.1")
    code = elsewhere(hub.invite(), addresses=places)
    assert join(code.text, "Third", tmp_path / "a.facilitator").people == PEOPLE
    account = read_account(tmp_path / "a.facilitator")
    assert account is not None
    assert set(account.hub.addresses) == set(places)


# --- what is there already, and other hubs --------------------------------------------------------


def test_what_is_at_the_files_name_already(hub: Joinable, tmp_path: Path) -> None:
    code = hub.invite()
    letter, other = tmp_path / "letter.facilitator", tmp_path / "other.facilitator"
    letter.write_text("Dear all")
    create_event(other, NEW).close()
    joined, copy = tmp_path / "joined.facilitator", tmp_path / "copy.facilitator"
    join(hub.invite().text, "There", joined)
    with closing(sqlite3.connect(joined)) as raw, closing(sqlite3.connect(copy)) as target:
        raw.backup(target)
    for path, said in (
        (letter, "exists already"), (other, "exists already"), (tmp_path, "exists already"),
        (copy, "is a copy of this event"),
        (tmp_path / "none" / "a.facilitator", "There is no folder “none”"),
    ):  # fmt: skip
        before = path.read_bytes() if path.is_file() else b""
        with pytest.raises(Refused, match=said):
            join(code.text, "Door", path)
        assert before == (path.read_bytes() if path.is_file() else b"")
    # What has joined finds its hub again, and leaves the code to others.
    assert join(code.text, "Door", joined).role == "desk"
    assert not used(hub, code.login)
    with pytest.raises(Refused, match="No joining was begun"):
        join_again(tmp_path / "new.facilitator")


def test_a_joining_of_another_event_was_begun_there(hub: Joinable, tmp_path: Path) -> None:
    local = tmp_path / "a.facilitator"
    join(hub.invite().text, "Elsewhere", local)
    local.unlink()
    with pytest.raises(Refused, match="of another event was begun"):
        join(elsewhere(hub.invite(), tag="0000").text, "Elsewhere", local)


@pytest.mark.slow
def test_where_there_is_no_room_it_goes_on_once_there_is(hub: Joinable, tmp_path: Path) -> None:
    disk, code = tmp_path / "disk", hub.invite()
    joining = shell(["join", code.text, "--desk", "Small", "-o", disk / "a.facilitator"])
    done = room_of(
        600, disk, f"{joining}; echo $?", f"cd {disk}; find . -type f | sort; cd {ROOT}",
        f"mount -o remount,size=20m {disk}", f"{joining} > {tmp_path}/said; echo $?",
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "1", "./a.facilitator.desk/ca.pem", "./a.facilitator.desk/desk.json", "0",
    ]  # fmt: skip
    assert "is full. No new code is needed. Do the same again: it goes on." in done.stderr
    assert f"{PEOPLE} people came" in (tmp_path / "said").read_text("utf-8")


@contextlib.contextmanager
def changed(hub: Joinable, change: str, back: str) -> Iterator[None]:
    hub.ask(change)
    try:
        yield
    finally:
        hub.ask(back)


def test_a_hub_of_another_version_leaves_the_code_good(hub: Joinable, tmp_path: Path) -> None:
    code = hub.invite()
    for version, said in (("9999", "a newer version"), ("0000", "an older version")):
        with (
            changed(
                hub, f"UPDATE alembic_version SET version_num = '{version}'",
                "UPDATE alembic_version SET version_num = '0001'",
            ),
            pytest.raises(TooNew, match=said),
        ):  # fmt: skip
            join(code.text, "Version", tmp_path / "a.facilitator")
    assert files_below(tmp_path) == []
    assert join(code.text, "Version", tmp_path / "a.facilitator").people == PEOPLE


def test_a_hub_that_can_only_be_read(hub: Joinable, tmp_path: Path) -> None:
    code = hub.invite()
    alter = f'ALTER DATABASE "{hub.database}"'
    with (
        changed(
            hub, f"{alter} SET default_transaction_read_only = on",
            f"{alter} RESET default_transaction_read_only",
        ),
        pytest.raises(ReadOnly, match="only be read at the moment"),
    ):  # fmt: skip
        join(code.text, "Read", tmp_path / "a.facilitator")
    assert files_below(tmp_path) == []


def test_a_server_that_is_no_hub(hub: Joinable, hub_database: str, tmp_path: Path) -> None:
    code = hub.invite()
    database = hub_database.rpartition("/")[2].partition("?")[0]
    hub.ask(f'GRANT CONNECT ON DATABASE "{database}" TO PUBLIC')
    with pytest.raises(Refused, match="no hub of Facilitator"):
        join(elsewhere(code, database=database).text, "Door", tmp_path / "a.facilitator")
    with pytest.raises(Gone, match="refuses the connection"):
        join(elsewhere(code, port=quiet_port()).text, "Door", tmp_path / "a.facilitator")


def test_one_code_at_two_laptops_at_once_lets_one_in(hub: Joinable, tmp_path: Path) -> None:
    code = hub.invite()
    said: list[str] = []

    def go(name: str) -> None:
        try:
            said.append(join(code.text, name, tmp_path / f"{name}.facilitator").role)
        except Refused as refused:
            said.append(str(refused))

    threads = [threading.Thread(target=go, args=(f"Race {n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("desk") == 1
    assert hub.ask("SELECT count(*) FROM joined WHERE name LIKE 'Race %'") == [(1,)]


# --- home again -----------------------------------------------------------------------------------


def test_an_event_comes_home_row_by_row(hub: Joinable, tmp_path: Path) -> None:
    home = tmp_path / "home.facilitator"
    rows = bring_home(alchemy(hub.url), home)
    mirror = tmp_path / "organiser.facilitator"
    join(hub.invite("organiser").text, "Mirror", mirror)
    found, theirs = tables(home), tables(mirror)
    assert rows == sum(len(found[name]) for name in found if name != "alembic_version")
    own = {"event", "sharing", "outbox", "heard", "join_code", "joined", "sqlite_sequence"}
    assert {n: found[n] for n in found if n not in own} == {
        n: theirs[n] for n in theirs if n not in own
    }
    assert len(found["joined"]) == len(theirs["joined"]) - 1
    if os.name == "posix":
        assert mode(home) == 0o600
    with open_event(home) as app, closing(sqlite3.connect(mirror)) as raw:
        assert app.health.check().is_sound
        assert app.event.get().name == NEW.name
        (authority,) = raw.execute("SELECT authority FROM event").fetchone()
        assert app.event.get().authority not in {
            authority, *(one for (one,) in hub.ask("SELECT authority FROM event"))
        }  # fmt: skip
    assert files_below(tmp_path) == [
        "home.facilitator", "organiser.facilitator",
        *(f"organiser.facilitator.desk/{name}" for name in ("ca.pem", "deputy.json", "desk.json")),
    ]  # fmt: skip


def test_what_does_not_come_home(hub: Joinable, hub_database: str, tmp_path: Path) -> None:
    home = tmp_path / "home.facilitator"
    home.write_text("mine")
    with pytest.raises(Refused, match="exists already"):
        bring_home(alchemy(hub.url), home)
    assert home.read_text() == "mine"
    home.unlink()
    with pytest.raises(Refused, match="no URL"):
        bring_home("summit.facilitator", home)
    with pytest.raises(Refused, match="no folder"):
        bring_home(alchemy(hub.url), tmp_path / "none" / "a.facilitator")
    with pytest.raises(NotAnEvent, match="holds no event"):
        bring_home(alchemy(hub_database), home)
    with pytest.raises(Gone, match="does not answer"):
        bring_home("postgresql://a:b@127.0.0.1:1/day", home)
    joined = tmp_path / "a.facilitator"
    join(hub.invite().text, "Curious", joined)
    account = read_account(joined)
    assert account is not None
    url = (
        f"postgresql://{account.user}:{account.password}@127.0.0.1:{hub.port}/{account.database}"
        "?sslmode=require"
    )
    with pytest.raises(Refused, match="may not read all"):
        bring_home(url, home)
    assert not home.exists()
