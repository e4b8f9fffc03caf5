"""The bad network that the other tests stand on does what it says, on real sockets."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.sharing.proxy import DOWN, UP, Line, Proxy


class Echo:
    """A server that says everything back, in capitals; and what it heard."""

    def __init__(self) -> None:
        self.heard = bytearray()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        threads = []
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._socket.accept()
                threads.append(threading.Thread(target=self._talk, args=(caller,), daemon=True))
                threads[-1].start()
        for thread in threads:
            thread.join(5)

    def _talk(self, caller: socket.socket) -> None:
        with caller, contextlib.suppress(OSError):
            while data := caller.recv(65536):
                self.heard += data
                caller.sendall(data.upper())

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def line(echo: Echo) -> Iterator[Line]:
    with Proxy() as proxy:
        yield proxy.line("desk", "127.0.0.1", echo.port)


def _call(line: Line) -> socket.socket:
    return socket.create_connection((line.host, line.port), timeout=5)


def _ask(caller: socket.socket, what: bytes) -> bytes:
    caller.sendall(what)
    got = b""
    while len(got) < len(what):
        part = caller.recv(65536)
        if not part:
            break
        got += part
    return got


def _until(true: object, within: float = 5.0) -> None:
    assert callable(true)
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.002)


def _silent(caller: socket.socket, seconds: float = 0.15) -> bool:
    caller.settimeout(seconds)
    try:
        return not caller.recv(1)
    except TimeoutError:
        return True
    finally:
        caller.settimeout(5)


def test_everything_goes_through_both_ways(line: Line) -> None:
    much = bytes(range(97, 123)) * 120_000  # more than is ever held back at once
    with _call(line) as caller:
        assert _ask(caller, b"good morning") == b"GOOD MORNING"
        sender = threading.Thread(target=caller.sendall, args=(much,))
        sender.start()
        got = bytearray()
        while len(got) < len(much):
            got += caller.recv(1 << 16)
        sender.join(5)
        assert bytes(got) == much.upper()
        caller.shutdown(socket.SHUT_WR)
        assert caller.recv(1) == b""
    _until(lambda: line.open == 0)
    assert line.counts["up"] == line.counts["down"] == len(much) + 12
    assert line.counts["cut"] == 0


def test_a_delay_is_paid_each_way_and_order_stays(line: Line) -> None:
    with _call(line) as caller:
        line.delay(0.05, 0.03)
        begun = time.monotonic()
        assert _ask(caller, b"one") == b"ONE"
        assert 0.08 <= time.monotonic() - begun < 0.5
        begun = time.monotonic()
        for word in (b"two ", b"three ", b"four"):
            caller.sendall(word)
        got = b""
        while len(got) < 14:
            got += caller.recv(64)
        assert got == b"TWO THREE FOUR"
        assert time.monotonic() - begun < 0.3  # in a row, not one after the other
        line.heal()
        begun = time.monotonic()
        assert _ask(caller, b"five") == b"FIVE"
        assert time.monotonic() - begun < 0.05


def test_a_black_hole_accepts_and_says_nothing_until_healed(line: Line, echo: Echo) -> None:
    with _call(line) as before:
        assert _ask(before, b"a") == b"A"
        line.drop()
        with _call(line) as newcomer:
            newcomer.sendall(b"b")
            before.sendall(b"c")
            assert _silent(newcomer)
            assert _silent(before)
            assert bytes(echo.heard) == b"a"
            line.heal()
            assert newcomer.recv(1) == b"B"
            assert before.recv(1) == b"C"


@pytest.mark.parametrize("way", [UP, DOWN])
def test_half_a_line_stops_one_direction_only(line: Line, echo: Echo, way: str) -> None:
    with _call(line) as caller:
        assert _ask(caller, b"a") == b"A"
        line.half(way)
        caller.sendall(b"b")
        if way == DOWN:
            _until(lambda: bytes(echo.heard) == b"ab")
        assert _silent(caller)
        assert (bytes(echo.heard) == b"ab") is (way == DOWN)
        assert line.open == 1  # both ends believe in it
        line.heal()
        assert caller.recv(1) == b"B"


def test_a_cut_is_a_reset_and_the_next_call_goes_through(line: Line) -> None:
    with _call(line) as caller:
        assert _ask(caller, b"a") == b"A"
        assert line.cut() == 1
        with pytest.raises(ConnectionResetError):
            _ask(caller, b"b")
    with _call(line) as again:
        assert _ask(again, b"c") == b"C"


def test_refusing_lets_nobody_in_but_leaves_who_is_there(line: Line) -> None:
    with _call(line) as caller:
        line.refuse()
        with pytest.raises(ConnectionRefusedError):
            _call(line)
        assert _ask(caller, b"a") == b"A"
        line.heal()
        with _call(line) as newcomer:  # on the same port as before
            assert _ask(newcomer, b"b") == b"B"


def test_an_answer_is_lost_after_what_was_asked_arrived(line: Line, echo: Echo) -> None:
    with _call(line) as caller:
        assert _ask(caller, b"a") == b"A"
        line.lose_answer()
        with pytest.raises(ConnectionResetError):
            _ask(caller, b"b")
        assert bytes(echo.heard) == b"ab"
    with _call(line) as again:  # once only
        assert _ask(again, b"c") == b"C"
    assert line.counts["answers lost"] == 1


def test_a_download_is_cut_in_its_middle(line: Line) -> None:
    with _call(line) as caller:
        line.cut_after(1000)
        caller.sendall(b"x" * 5000)
        got: list[bytes] = []
        with pytest.raises(ConnectionResetError):
            got.extend(iter(lambda: caller.recv(64), b""))
        assert len(b"".join(got)) <= 1000
    assert line.counts["down"] == 1000
    with _call(line) as again:
        assert _ask(again, b"x" * 5000) == b"X" * 5000


def test_lines_do_not_know_of_each_other(line: Line, echo: Echo) -> None:
    proxy = line._proxy
    other = proxy.line("other", "127.0.0.1", echo.port)
    with _call(line) as caller, _call(other) as neighbour:
        line.drop()
        line.cut_after(1)
        assert _ask(neighbour, b"abc") == b"ABC"
        line.cut()
        assert _ask(neighbour, b"def") == b"DEF"
        with pytest.raises(ConnectionResetError):
            _ask(caller, b"b")


def test_nobody_behind_the_line_is_a_reset(line: Line) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    line.retarget("127.0.0.1", port)
    with pytest.raises(ConnectionResetError), _call(line) as caller:
        _ask(caller, b"a")
    _until(lambda: line.counts["refused"] == 1)


def test_after_its_end_nothing_listens(echo: Echo) -> None:
    with Proxy() as proxy:
        line = proxy.line("desk", "127.0.0.1", echo.port)
        caller = _call(line)
        assert _ask(caller, b"a") == b"A"
    with caller, pytest.raises(ConnectionResetError):
        _ask(caller, b"b")
    with pytest.raises(ConnectionRefusedError):
        _call(line)
