"""Joining a hub by a code, being put off, and going on at the next hub: on a real server."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from facilitator.app import create_event
from facilitator.clocks import SystemClocks
from facilitator.domain.errors import Refused
from facilitator.domain.roles import Role
from facilitator.services.events import NewEvent
from facilitator.store import hub_roles, hub_schema
from facilitator.store.hub_server import HubServer
from facilitator.store.rows import (
    JoinedRow,
)
from tests.sharing.role_hub import (
    MACHINE,
    NOW,
    Hub,
    check_in,
    error_of,
    join_over,
    push,
    refused_in,
    refuses,
    role_names,
    sent,
    set_up,
)

# -- joining ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_a_code_lets_one_laptop_in(hub: Hub, role: Role) -> None:
    code = hub.code(role)
    found = hub.join(code, "  Door\t1 ")
    assert found["role"] == role
    assert found["name"] == "Door 1"
    assert found["term"] == 3
    assert found["hub"] == "Hub laptop"
    assert UUID(found["event_id"]) == hub.one("SELECT id FROM event")
    assert found["login"] == hub_roles.login_of(hub.tag, UUID(found["desk_id"]))
    with hub.connect(found["login"], found["password"]) as line:
        assert line.execute("SELECT count(*) FROM attendee").fetchone() == (1,)
    row = hub.owner.execute(
        "SELECT name, role, machine, address, port, is_hub, abs(skew) < 5 FROM joined"
        " WHERE id = %s", (found["desk_id"],),
    ).fetchone()  # fmt: skip
    assert row == ("Door 1", role, MACHINE, "192.0.2.7", 54817, False, True)
    assert hub.one("SELECT by FROM join_code WHERE login = %s", code[0]) == "Door 1"


def test_deputies_are_named_to_whoever_joins(hub: Hub) -> None:
    deputy = hub.join(hub.code(Role.ORGANISER), "Amina")
    assert deputy["others"] == []
    desk = hub.join(hub.code(), "Door 1")
    assert desk["others"] == [{"addresses": ["192.0.2.7"], "port": 54817, "name": "Amina"}]
    hub_roles.put_off(hub.owner, deputy["login"])
    assert hub.join(hub.code(), "Door 2")["others"] == []


def test_a_code_opens_nothing_but_joining(hub: Hub) -> None:
    with hub.connect(*hub.code(Role.ORGANISER)) as line:
        for statement in ("SELECT * FROM attendee", "SELECT * FROM event", "SELECT * FROM joined",
                          "SELECT facilitator_hello(0, 3, 0)", "SELECT * FROM join_code",
                          "SELECT facilitator_pull(0, 1)", "SELECT facilitator_deputy_secrets()",
                          "CREATE TEMP TABLE mine (x int)"):  # fmt: skip
            refuses(line, statement)


def test_a_used_code_is_said_to_be_used(hub: Hub) -> None:
    code = hub.code()
    with hub.connect(*code) as line:
        join_over(line, "Door 1")
        # over the connection that it came by, and over a new one
        assert "used already" in refused_in(lambda: join_over(line, "Door 2"))
    assert "used already" in refused_in(lambda: hub.join(code, "Door 2"))
    assert hub.one("SELECT count(*) FROM joined WHERE NOT is_hub") == 1


def test_an_old_code_is_said_to_be_over(hub: Hub) -> None:
    code = hub.code()
    with hub.connect(*code) as line:
        hub.owner.execute("UPDATE join_code SET until = now() - interval '1 second'")
        assert "is over" in refused_in(lambda: join_over(line, "Door 1"))
    late = hub.code(minutes=-1)
    assert "wrong, or over" in refused_in(lambda: hub.join(late, "Door 1"))
    assert hub.one("SELECT count(*) FROM joined WHERE NOT is_hub") == 0


def test_a_wrong_code_lets_nobody_in(hub: Hub) -> None:
    login, secret = hub.code()
    assert "wrong, or over" in refused_in(lambda: hub.join((login, secret + "0"), "Door 1"))
    unknown = f"{login[:-8]}00000000"
    assert "wrong, or over" in refused_in(lambda: hub.join((unknown, secret), "Door 1"))
    # the owner, or a laptop that has joined, has no code either
    assert "no code for joining" in refused_in(lambda: join_over(hub.owner, "Door 1"))


def test_logins_of_old_codes_go_after_an_hour(hub: Hub) -> None:
    used, old, fresh = hub.code(), hub.code(), hub.code()
    hub.join(used, "Door 1")
    hub.owner.execute(
        "UPDATE join_code SET until = now() - interval '61 minutes' WHERE login = %s", (old[0],)
    )
    assert hub_roles.expire_codes(hub.owner) == 1
    left = hub.owner.execute(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY 1",
        (f"{hub_roles.joiners_of(hub.tag)}_",),
    ).fetchall()
    assert left == sorted([(used[0],), (fresh[0],)])
    assert hub.join(fresh, "Door 2")["name"] == "Door 2"


@pytest.mark.parametrize("name", ["Door 1", "door 1", " DOOR  1 ", "Hub Laptop"])
def test_two_desks_of_one_name_are_refused_and_the_code_still_works(hub: Hub, name: str) -> None:
    hub.join(hub.code(), "Door 1")
    code = hub.code()
    said = refused_in(lambda: hub.join(code, name, "another machine"))
    assert said.startswith("There is a desk of that name already. The code still works.")
    assert hub.join(code, "Door 2", "another machine")["name"] == "Door 2"


def test_names_differ_in_more_than_their_capitals_beyond_a_to_z(hub: Hub) -> None:
    hub.join(hub.code(), "Élodie")
    code = hub.code()
    assert "of that name" in refused_in(lambda: hub.join(code, "éLODIE", "another machine"))


@pytest.mark.parametrize("name", ["", "  ", "\n", "x" * 61])
def test_a_desk_needs_a_name(hub: Hub, name: str) -> None:
    code = hub.code()
    assert "needs a name" in refused_in(lambda: hub.join(code, name))
    assert hub.join(code, "<b>Door</b> 1'; --")["name"] == "<b>Door</b> 1'; --"


def test_a_desk_that_was_put_off_leaves_its_name_to_the_next(hub: Hub) -> None:
    first = hub.join(hub.code(), "Door 1")
    hub_roles.put_off(hub.owner, first["login"])
    second = hub.join(hub.code(), "Door 1", "another machine")
    hub_roles.put_off(hub.owner, second["login"])
    third = hub.join(hub.code(), "Door 1", "a third machine")
    names = dict(hub.owner.execute("SELECT id::text, name FROM joined").fetchall())
    assert names[first["desk_id"]] == "Door 1 (put off)"
    assert names[second["desk_id"]] == "Door 1 (put off 2)"
    assert names[third["desk_id"]] == "Door 1"


def test_whoever_never_heard_the_answer_joins_again_under_the_same_name(hub: Hub) -> None:
    lost = hub.join(hub.code(), "Door 1")
    again = hub.join(hub.code(), "Door 1")
    assert "not permitted" in str(error_of(lambda: hub.connect(lost["login"], lost["password"])))
    with hub.connect(again["login"], again["password"]) as line:
        line.execute("SELECT facilitator_hello(0, 3, 0)")
    # one that works is not thrown out by its own namesake
    assert "of that name" in refused_in(lambda: hub.join(hub.code(), "Door 1"))


def _at_once(calls: list[Callable[[], object]]) -> list[object]:
    """What calls that begin at the same moment return, or raise."""
    start, found = threading.Barrier(len(calls)), list[object]([None] * len(calls))

    def run(place: int) -> None:
        start.wait(10)
        try:
            found[place] = calls[place]()
        except psycopg.Error as problem:
            found[place] = problem

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


def test_one_code_used_twice_at_the_same_moment_makes_one_desk(hub: Hub) -> None:
    code = hub.code()
    lines = [hub.connect(*code) for _ in range(3)]
    found = _at_once([
        lambda line=line, place=place: join_over(line, f"Door {place}")
        for place, line in enumerate(lines)
    ])  # fmt: skip
    for line in lines:
        line.close()
    assert sum(isinstance(one, dict) for one in found) == 1
    assert {one.sqlstate for one in found if isinstance(one, psycopg.Error)} == {"FJ002"}
    assert hub.one("SELECT count(*) FROM joined WHERE NOT is_hub") == 1


def test_two_codes_for_one_name_at_the_same_moment_make_one_desk(hub: Hub) -> None:
    lines = [hub.connect(*hub.code()) for _ in range(4)]
    found = _at_once([
        lambda line=line, place=place: join_over(line, "Door 1", f"machine {place}")
        for place, line in enumerate(lines)
    ])  # fmt: skip
    for line in lines:
        line.close()
    assert sum(isinstance(one, dict) for one in found) == 1
    assert {one.sqlstate for one in found if isinstance(one, psycopg.Error)} == {"FJ005"}


def test_an_organisers_laptop_invites_and_puts_off_too(hub: Hub) -> None:
    _, line = hub.laptop(Role.ORGANISER)
    with line:
        made = hub_roles.make_code(line, Role.DESK, "secret of ten letters")
        wait = made.until - datetime.now(UTC)
        assert timedelta(minutes=9) < wait < timedelta(minutes=11)
        desk = hub.join((made.login, "secret of ten letters"), "Door 1")
        other = hub.connect(desk["login"], desk["password"])
        assert hub_roles.put_off(line, desk["login"]) == 1
        assert error_of(lambda: other.execute("SELECT 1")).sqlstate == "57P01"


# -- putting off -----------------------------------------------------------------------------------


def test_putting_off_cuts_a_live_connection_and_lets_it_in_no_more(hub: Hub) -> None:
    desk = hub.join(hub.code(), "Door 1")
    lines = [hub.connect(desk["login"], desk["password"]) for _ in range(2)]
    assert hub_roles.put_off(hub.owner, desk["login"]) == 2
    for line in lines:
        assert error_of(lambda line=line: line.execute("SELECT 1")).sqlstate == "57P01"
    refusal = error_of(lambda: hub.connect(desk["login"], desk["password"]))
    assert "not permitted to log in" in str(refusal)
    assert hub.one("SELECT put_off_at IS NOT NULL FROM joined WHERE id = %s", desk["desk_id"])
    assert desk["login"] not in hub_roles.verifiers(hub.owner, hub.tag)


def test_the_hub_itself_and_a_stranger_are_not_put_off(hub: Hub) -> None:
    hub_login = hub.one("SELECT login FROM joined WHERE is_hub")
    with pytest.raises(Refused, match="the hub itself"):
        hub_roles.put_off(hub.owner, hub_login)
    with pytest.raises(Refused, match="no such desk"):
        hub_roles.put_off(hub.owner, "postgres")
    with hub.owner.transaction(), pytest.raises(ValueError, match="transaction"):
        hub_roles.put_off(hub.owner, hub_login)


def test_a_laptop_says_that_its_data_was_taken_off(hub: Hub) -> None:
    desk = hub.join(hub.code(), "Door 1")
    other = hub.join(hub.code(), "Door 2")
    with hub.connect(desk["login"], desk["password"]) as line:
        line.execute("SELECT facilitator_taken_off()")
    gone = "SELECT taken_off_at IS NOT NULL FROM joined WHERE id = %s"
    assert hub.one(gone, desk["desk_id"]) is True
    assert hub.one(gone, other["desk_id"]) is False


# -- several events, several servers ---------------------------------------------------------------


def test_two_events_on_one_server_do_not_know_each_other(
    hub: Hub, make_hub: Callable[..., Hub]
) -> None:
    other = make_hub()
    desk = hub.join(hub.code(), "Door 1")
    elsewhere = make_conninfo(
        other.url, user=desk["login"], password=desk["password"], connect_timeout=5
    )
    assert "permission denied for database" in str(error_of(lambda: psycopg.connect(elsewhere)))
    groups = {hub_roles.group_of(one.tag, role) for one in (hub, other) for role in Role}
    assert len(groups) == 6


def test_dropping_the_roles_cuts_and_forgets_everybody(make_hub: Callable[..., Hub]) -> None:
    hub = make_hub()
    code, desk = hub.code(), hub.join(hub.code(), "Door 1")
    line = hub.connect(desk["login"], desk["password"])
    hub_roles.drop_roles(hub.owner, hub.tag)
    assert error_of(lambda: line.execute("SELECT 1")).sqlstate == "57P01"
    assert role_names(hub) == []
    assert "wrong, or over" in refused_in(lambda: hub.join(code, "Door 2"))


@pytest.mark.slow
def test_where_two_databases_have_one_tag_dropping_leaves_nobody_a_way_in(
    make_hub: Callable[..., Hub],
) -> None:
    hub = make_hub()
    desk, twin = hub.join(hub.code(), "Door 1"), make_hub(hub.tag)
    hub_roles.drop_roles(twin.owner, twin.tag)
    assert "password" in str(error_of(lambda: hub.connect(desk["login"], desk["password"])))
    groups = sorted([*(hub_roles.group_of(hub.tag, role) for role in Role),
                     hub_roles.joiners_of(hub.tag)])  # fmt: skip
    assert role_names(hub) == groups
    hub_roles.drop_roles(hub.owner, hub.tag)
    assert role_names(hub) == []


def test_a_deputy_keeps_what_lets_the_same_passwords_in_elsewhere(
    make_hub: Callable[..., Hub],
) -> None:
    hub = make_hub()
    deputy = hub.join(hub.code(Role.ORGANISER), "Amina")
    desk = hub.join(hub.code(), "Door 1")
    lost = hub.join(hub.code(), "Door 2")
    hub_roles.put_off(hub.owner, lost["login"])
    with hub.connect(deputy["login"], deputy["password"]) as line:
        kept = hub_roles.deputy_secrets(line)
    assert kept.ca_key == "-----the event's key-----"
    assert {login: role for login, (role, _) in kept.logins.items()} == {
        deputy["login"]: Role.ORGANISER, desk["login"]: Role.DESK,
    }  # fmt: skip
    assert all(secret.startswith("SCRAM-SHA-256$") for _, secret in kept.logins.values())
    assert {k: v for k, (_, v) in kept.logins.items()} == hub_roles.verifiers(hub.owner, hub.tag)

    # The event's roles are gone, as on the server of a laptop that was only joined; then restored.
    hub_roles.drop_roles(hub.owner, hub.tag)
    after = make_hub(hub.tag)
    # put off after the deputy had last heard of the secrets, but known to it from the facts
    late = JoinedRow(name="Late", role="desk", login=f"f_{hub.tag.lower()}_00000001",
                     joined_at=NOW, put_off_at=NOW)  # fmt: skip
    assert push(after.owner, after, [sent(late)]) == ["ok"]
    logins = {**kept.logins, late.login: kept.logins[desk["login"]]}
    hub_roles.restore_logins(after.owner, after.tag, logins)
    with after.connect(desk["login"], desk["password"]) as line:
        assert line.execute("SELECT count(*) FROM attendee").fetchone() == (1,)
        refuses(line, "SELECT * FROM note")
    with after.connect(deputy["login"], deputy["password"]) as line:
        line.execute("SELECT * FROM note")
    assert "password" in str(error_of(lambda: after.connect(desk["login"], "another")))
    assert "password" in str(error_of(lambda: after.connect(lost["login"], lost["password"])))
    assert late.login not in role_names(after)


def test_on_a_server_of_somebody_else_its_owner_needs_no_superuser(hub_server: HubServer) -> None:
    name = f"owner_{secrets.token_hex(4)}"
    with psycopg.connect(hub_server.admin_url(), autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD 'theirs'").format(
                sql.Identifier(name)
            )
        )
    host, _, query = hub_server.admin_url(f"event_of_{name}").partition("@")[2].partition("?")
    url = f"postgresql://{name}:theirs@{host}?{query.replace('&connect_timeout=10', '')}"
    create_event(url, NewEvent("Winter day", NOW.date(), "Hall"), SystemClocks()).close()
    with psycopg.connect(url, autocommit=True) as owner:
        hub_schema.install(owner)
        hub = set_up(url, secrets.token_hex(3), owner)
        desk, deputy = hub.join(hub.code(), "Door 1"), hub.join(hub.code(Role.ORGANISER), "Amina")
        with hub.connect(deputy["login"], deputy["password"]) as line:
            refuses(line, "SELECT * FROM hub_secret")
            # nobody there but the server's own superuser may read how passwords are kept
            assert hub_roles.deputy_secrets(line).logins == {}
            assert hub_roles.verifiers(line, hub.tag) == {}
            away = hub.connect(desk["login"], desk["password"])
            refuses(away, "UPDATE attendee SET given_name = ''")
            assert push(away, hub, check_in(hub))[0] == "ok"
            assert hub_roles.put_off(line, desk["login"]) == 1
        assert error_of(lambda: away.execute("SELECT 1")).sqlstate == "57P01"
        hub_roles.drop_roles(owner, hub.tag)
        assert role_names(hub) == []


def test_only_verifiers_of_this_event_are_restored(hub: Hub) -> None:
    verifier = "SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5"
    for login, secret in (
        ("postgres", verifier),
        (f"f_{hub.tag.lower()}_00000001", "a password in the clear"),
    ):
        with pytest.raises(ValueError, match="verifier"):
            hub_roles.restore_logins(hub.owner, hub.tag, {login: ("desk", secret)})
    with pytest.raises(psycopg.Error) as caught:
        hub_roles.restore_logins(
            hub.owner, hub.tag, {f"f_{hub.tag.lower()}_desk": ("desk", verifier)}
        )
    assert caught.value.sqlstate == "FJ006"


@pytest.mark.parametrize("tag", ["", "a b", "x'; DROP", "ninechars", "é"])
def test_a_tag_that_is_none_makes_no_names(tag: str) -> None:
    with pytest.raises(ValueError, match="no event's tag"):
        hub_roles.group_of(tag, Role.DESK)


def test_no_statement_of_the_program_carries_a_password(hub: Hub) -> None:
    """Whoever logs or watches the server's statements sees verifiers only."""
    seen: list[str] = []
    with psycopg.connect(hub.url, autocommit=True) as line:
        line.execute("SET client_min_messages = log")
        line.execute("SET log_statement = 'all'")
        line.execute("SET log_parameter_max_length = -1")
        line.add_notice_handler(lambda notice: seen.append(str(notice.message_primary)))
        line.add_notice_handler(lambda notice: seen.append(str(notice.message_detail)))
        hub_roles.make_login(line, hub.tag, uuid4(), Role.DESK, "a password in the clear")
        hub_roles.make_code(line, Role.DESK, "a secret in the clear")
    assert any("facilitator_make_login" in one for one in seen)
    assert not any("in the clear" in one for one in seen)
