"""The way to a hub, tried beforehand: what is in it is said in words, and soon."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from facilitator.clocks import SystemClocks
from facilitator.domain.join_code import JoinCode, usual_database
from facilitator.services.way import Step, find_hub, try_way
from facilitator.store.hub_certificates import NoAnswer
from facilitator.store.hub_server import HubServer
from tests.conftest import NEW
from tests.sharing.joinable import Joinable, make_joinable
from tests.sharing.ports import quiet_port
from tests.sharing.proxy import DOWN, Line, Proxy

ROOT = Path(__file__).parents[2]
NOBODY = JoinCode(
    ("127.0.0.1",), 1, usual_database("0000"), bytes(32), "0000", "00000000", "0" * 16
)  # fmt: skip


class FastClocks(SystemClocks):
    """This machine's clocks, the wall one a minute and a half fast."""

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=90)


@pytest.fixture(scope="module")
def hub(hub_server: HubServer) -> Iterator[Joinable]:
    """A hub that nobody joins."""
    name = f"event_way_{os.getpid()}"
    with psycopg.connect(hub_server.admin_url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield make_joinable(hub_server, hub_server.admin_url(name), NEW)
    with psycopg.connect(hub_server.admin_url(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def line(hub: Joinable) -> Iterator[Line]:
    """A way to the hub that can be disturbed."""
    with Proxy() as proxy:
        yield proxy.line("desk", "127.0.0.1", hub.port)


@contextmanager
def answering(words: bytes) -> Iterator[int]:
    """Another program that says `words` to whoever calls; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return
                with caller:
                    caller.recv(8)
                    caller.sendall(words)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def wrong(steps: tuple[Step, ...]) -> str:
    """What the one step says that is not as it should be."""
    (one,) = [step.words for step in steps if not step.ok]
    return one


def test_a_free_way_is_told_step_by_step_and_nothing_is_used_up(hub: Joinable) -> None:
    code = hub.invite()
    for _ in range(2):
        steps = try_way(code.text)
        assert all(step.ok for step in steps)
        words = [step.words for step in steps]
        assert words[-5] == "The hub is this laptop itself, 127.0.0.1."
        assert words[-4] == "The hub listens there, encrypts, and has the code's certificate."
        assert words[-3].startswith("The code is good until ")
        assert words[-2].startswith("The hub answers in ")
        assert words[-1] == "This laptop's clock is right."
    assert hub.ask("SELECT count(*) FROM joined") == [(1,)]
    assert hub.ask("SELECT count(*) FROM join_code WHERE used_at IS NOT NULL") == [(0,)]


@pytest.mark.slow
def test_a_slow_way_and_a_wrong_clock_are_measured(hub: Joinable, line: Line) -> None:
    line.delay(0.06)
    steps = try_way(hub.invite(port=line.port).text, clocks=FastClocks())
    assert wrong(steps) == "This laptop's clock is 90 seconds fast. Set it."
    said = next(step.words for step in steps if "answers in" in step.words)
    assert 120 <= int(said.split()[4]) < 400


@pytest.mark.slow
def test_a_way_that_is_too_slow_is_said_so(hub: Joinable, line: Line) -> None:
    line.delay(0.22)
    steps = try_way(hub.invite(port=line.port).text, patience=6)
    assert "so slow that this laptop may have to work alone" in wrong(steps)


def test_a_port_that_is_silent_on_a_laptop_that_is_there(line: Line) -> None:
    line.drop()
    began = time.monotonic()
    steps = try_way(replace(NOBODY, port=line.port).text, patience=0.6)
    assert wrong(steps) == (
        f"The laptop at 127.0.0.1 is there, but its port {line.port} is silent: its firewall keeps "
        "Facilitator's PostgreSQL out. Allow it there."
    )
    assert time.monotonic() - began < 5


def test_a_hub_that_falls_silent_while_it_is_asked(hub: Joinable, line: Line) -> None:
    code = hub.invite(port=line.port)
    find_hub(code)
    shown = line.counts[DOWN]  # its certificates; more is cut
    line.cut_after(shown + 1_000, DOWN)
    assert "stopped answering in the middle" in wrong(try_way(code.text, patience=1))


def test_nothing_listens_there() -> None:
    port = quiet_port()
    assert wrong(try_way(replace(NOBODY, port=port).text)).startswith(
        f"The laptop at 127.0.0.1 refuses the connection at port {port}: nothing is shared there."
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "Another program answers"),
        (b"N", "does not encrypt"),
        (b"S\x00\x00nothing like TLS", "Another program answers"),
        (b"", "Another program answers"),
    ],
)
def test_something_else_listens_there(words: bytes, said: str) -> None:
    with answering(words) as port:
        assert said in wrong(try_way(replace(NOBODY, port=port).text, patience=1))


def test_another_certificate_than_the_codes(hub: Joinable) -> None:
    code = replace(hub.invite(), fingerprint=bytes(32))
    assert "its certificate is another. Nothing was sent to it." in wrong(try_way(code.text))


def test_a_code_that_is_over_and_one_that_is_none(hub: Joinable) -> None:
    assert "over" in wrong(try_way(hub.invite(minutes=0).text))
    (step,) = try_way("F1-7KQ2-0000000000000000-0")
    assert not step.ok
    assert step.words.startswith("This is a ticket, not a join code.")


def test_a_name_that_nobody_has_is_another_network() -> None:
    said = wrong(try_way(replace(NOBODY, addresses=("hub.invalid",)).text, patience=0.4))
    assert said.startswith("There is no way to hub.invalid")
    assert "that is another network" in said


def test_a_laptop_without_a_network_is_told_so() -> None:
    """In a network namespace of its own, where there is nothing but the machine itself."""
    if shutil.which("unshare") is None:
        pytest.skip("a laptop without a network cannot be made here")
    code = replace(NOBODY, addresses=("192.168.1.20",)).text
    script = f"from facilitator.services.way import try_way\nprint(try_way({code!r}))"
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    if "unshare" in done.stderr:
        pytest.skip("a laptop without a network cannot be made here")
    assert "This laptop is in no network." in done.stdout, done.stderr


def test_the_first_address_that_answers_is_not_kept_waiting_by_the_others(hub: Joinable) -> None:
    code = replace(hub.invite(), addresses=("127.0.0.2", "127.0.0.1", "hub.invalid"))
    with socket.create_server(("127.0.0.2", hub.port)):  # takes calls and never answers
        began = time.monotonic()
        assert find_hub(code, patience=20).address == "127.0.0.1"
        assert time.monotonic() - began < 10
        with pytest.raises(NoAnswer, match=f"Nothing answers at 127.0.0.2, port {hub.port}"):
            find_hub(replace(code, addresses=("127.0.0.2",)), patience=0.2)
