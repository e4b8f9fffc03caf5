"""A bad network on one machine: TCP lines that delay, drop, cut, halve and refuse on command.

A `Proxy` runs in a thread of its own. Each of its lines listens on a port and leads to a target;
what happens on one line happens on no other. Commands return once they hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

UP, DOWN = "up", "down"
WAYS = (UP, DOWN)
#: what one direction of a connection holds back before it reads no further
HELD = 1 << 20
_RESET = struct.pack("ii", 1, 0)
_T = TypeVar("_T")


class Line:
    """One line: everybody who connects to `port` is talking to `target`, as well as it lets them.

    All methods may be called from any thread. `counts` has connections, refused, cut and the bytes
    that went `up` (to the target) and `down`.
    """

    def __init__(self, proxy: Proxy, name: str, target: tuple[str, int]) -> None:
        self._proxy, self.name, self.target = proxy, name, target
        self.host, self.port = "127.0.0.1", 0
        self.counts: Counter[str] = Counter()
        self._listener: socket.socket | None = None
        self._pairs: set[_Pair] = set()
        self._delay = {UP: 0.0, DOWN: 0.0}
        self._stopped: set[str] = set()
        #: bytes that may still go that way before everything is cut
        self._budget: dict[str, int] = {}
        self._lose_answer = False

    # -- commands -------------------------------------------------------------------------------

    def delay(self, up: float, down: float | None = None) -> None:
        """Let every byte take `up` seconds to the target and `down` (the same) back."""
        self._do(lambda: self._delay.update({UP: up, DOWN: up if down is None else down}))

    def drop(self) -> None:
        """A black hole: connections are accepted and stay, and nothing goes through."""
        self._do(lambda: self._stopped.update(WAYS))

    def half(self, way: str) -> None:
        """Stop one direction alone; both ends believe that they are connected."""
        if way not in WAYS:
            raise ValueError(f"a way is up or down, not {way}")
        self._do(lambda: self._stopped.add(way))

    def cut(self) -> int:
        """Reset every connection at both ends; new ones are let in. Returns how many it were."""
        return self._do(self._cut)

    def refuse(self) -> None:
        """Let nobody in any more: a new connection is refused at once. Those there are stay."""
        self._do(self._close)

    def cut_after(self, many: int, way: str = DOWN) -> None:
        """Cut everything once `many` more bytes went that way; afterwards all is as before."""
        self._do(lambda: self._budget.update({way: many}))

    def lose_answer(self) -> None:
        """Let the next thing that is asked reach the target, and cut instead of the answer."""

        def arm() -> None:
            self._lose_answer = True
            for pair in self._pairs:
                pair.asked = False

        self._do(arm)

    def heal(self) -> None:
        """Everything goes through again, without delay; what was held back now arrives."""
        self._do(self._heal)

    def retarget(self, host: str, port: int) -> None:
        """Lead new connections somewhere else."""
        self.target = (host, port)

    @property
    def open(self) -> int:
        """How many connections there are now."""
        return self._do(lambda: len(self._pairs))

    # -- internal, in the proxy's thread --------------------------------------------------------

    def _do(self, what: Callable[[], _T]) -> _T:
        async def call() -> _T:
            return what()

        return self._proxy.wait(call())

    def listen(self) -> None:
        """Let everybody in, on the same port as before."""
        # asyncio's own server loses whoever it accepts in the moment of its end.
        if self._listener is None:
            self._listener = socket.create_server((self.host, self.port), backlog=512)
            self._listener.setblocking(False)
            self.port = self._listener.getsockname()[1]
            asyncio.get_running_loop().add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while self._listener is not None:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            caller.setblocking(False)
            self._proxy.keep(loop.connect_accepted_socket(lambda: _End(_Pair(self), UP), caller))

    def _close(self) -> None:
        self._accept()  # whoever called before is in
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    def _cut(self) -> int:
        pairs = list(self._pairs)
        for pair in pairs:
            pair.cut()
        return len(pairs)

    def _heal(self) -> None:
        self._stopped.clear()
        self._budget.clear()
        self._lose_answer = False
        self._delay = {UP: 0.0, DOWN: 0.0}
        for pair in list(self._pairs):
            pair.go_on()
        self.listen()

    def stopped(self, way: str) -> bool:
        """Whether nothing goes that way."""
        return way in self._stopped

    def late(self, way: str) -> float:
        """How many seconds a byte takes that way."""
        return self._delay[way]

    def passes(self, pair: _Pair, way: str, data: bytes) -> bytes:
        """What of `data` may go on; less than all where everything is cut thereby."""
        if way == UP:
            pair.asked = True
        elif self._lose_answer and pair.asked:
            self._lose_answer = False
            self.counts["answers lost"] += 1
            return b""
        if way in self._budget:
            data = data[: self._budget[way]]
            self._budget[way] -= len(data)
            if not self._budget[way]:
                del self._budget[way]
                pair.last = True
        self.counts[way] += len(data)
        return data

    def keep(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something in the background."""
        self._proxy.keep(work)

    def joined(self, pair: _Pair) -> None:
        """A connection began."""
        self._pairs.add(pair)
        self.counts["connections"] += 1

    def ended(self, pair: _Pair) -> None:
        """A connection is over at both ends."""
        self._pairs.discard(pair)


class _Pair:
    """One connection through a line: the end towards who connected and the end towards the target.

    What an end received waits in the other end's queue until it is due.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self.ends: dict[str, _End] = {}
        self.asked = False
        #: all is cut once what is written now is on its way
        self.last = False
        self.is_over = False

    def begin(self, end: _End) -> None:
        """An end is connected; the first is that of whoever called."""
        self.ends[end.way] = end
        if end.way == UP:
            self.line.joined(self)
            self.line.keep(self._dial())

    async def _dial(self) -> None:
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: _End(self, DOWN), *self.line.target
            )
        except OSError:
            self.line.counts["refused"] += 1
            self.cut()
            return
        if self.is_over:
            self.ends[DOWN].reset()
        for end in self.ends.values():
            end.pump()

    def other(self, end: _End) -> _End | None:
        """The end that what this one received goes to."""
        return self.ends.get(DOWN if end.way == UP else UP)

    def go_on(self) -> None:
        """The line was healed: what was held back goes."""
        for end in list(self.ends.values()):
            end.pump()

    def cut(self) -> None:
        """Reset both ends."""
        if self.is_over:
            return
        self.is_over = True
        self.line.counts["cut"] += 1
        for end in self.ends.values():
            end.reset()
        self.line.ended(self)

    def over(self) -> None:
        """Both ends are closed as they should be."""
        if not self.is_over:
            self.is_over = True
            for end in self.ends.values():
                end.close()
            self.line.ended(self)


class _End(asyncio.Protocol):
    """One end. `way` is the direction in which what it receives travels."""

    def __init__(self, pair: _Pair, way: str) -> None:
        self.pair, self.way = pair, way
        self._transport: asyncio.Transport | None = None
        #: (when it is due, what); None is the end of what it says, False a reset
        self._queue: deque[tuple[float, bytes | bool | None]] = deque()
        self._held = 0
        self._timer: asyncio.TimerHandle | None = None
        self._is_paused = False
        self.said_all = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pair.begin(self)

    def data_received(self, data: bytes) -> None:
        self._add(data)
        self._held += len(data)
        if self._held > HELD and self._transport and not self._is_paused:
            self._transport.pause_reading()
            self._is_paused = True

    def eof_received(self) -> bool:
        self._add(None)
        return True  # the other direction may go on

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if exc is not None:
            self._add(False)
        elif not self.said_all and not any(what is None for _, what in self._queue):
            self._add(None)

    def _add(self, what: bytes | bool | None) -> None:
        now = asyncio.get_running_loop().time()
        self._queue.append((now + self.pair.line.late(self.way), what))
        self.pump()

    def pump(self) -> None:
        """Pass on what is due, unless the line stops it."""
        line, other = self.pair.line, self.pair.other(self)
        loop = asyncio.get_running_loop()
        while self._queue and other and not self.pair.is_over and not line.stopped(self.way):
            due, what = self._queue[0]
            if due > loop.time() + 0.0005:
                if self._timer is None:
                    self._timer = loop.call_at(due, self._wake)
                return
            self._queue.popleft()
            if isinstance(what, bytes):
                self._held -= len(what)
                passed = line.passes(self.pair, self.way, what)
                if passed:
                    other.write(passed)
                if self.pair.last or not passed:
                    self.pair.cut()
            elif what is None:
                self.said_all = True
                other.finish()
                if other.said_all:
                    self.pair.over()
            else:
                self.pair.cut()
        if self._is_paused and self._held <= HELD // 2 and self._transport:
            self._transport.resume_reading()
            self._is_paused = False

    def _wake(self) -> None:
        self._timer = None
        self.pump()

    def write(self, data: bytes) -> None:
        """Say something to whoever is at this end."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def finish(self) -> None:
        """Say that nothing more will come."""
        if self._transport is not None and not self._transport.is_closing():
            with contextlib.suppress(OSError):
                self._transport.write_eof()

    def close(self) -> None:
        """Let go, once what was written is on its way."""
        if self._transport is not None:
            self._transport.close()

    def reset(self) -> None:
        """Break off, so that the far side sees a reset."""
        if self._transport is not None:
            sock = self._transport.get_extra_info("socket")
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._transport.abort()


class Proxy:
    """Lines by name. Use it in a `with`: at its end nothing listens and nothing is connected."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._tasks: set[asyncio.Task[object]] = set()
        self.lines: dict[str, Line] = {}

    def line(self, name: str, host: str, port: int) -> Line:
        """A new line to a target; its `port` is chosen by the system."""
        if name in self.lines:
            raise ValueError(f"there is a line {name} already")
        made = self.lines[name] = Line(self, name, (host, port))
        made._do(made.listen)
        return made

    def wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Do something in the proxy's thread; returns what it returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def keep(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something in the background, from within the proxy's thread."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """End every line."""
        if self._loop.is_closed():
            return
        for line in self.lines.values():
            line.refuse()
            line.cut()
        self.wait(self._end_tasks())
        for line in self.lines.values():
            line.cut()  # whoever was let in meanwhile
        self.wait(asyncio.sleep(0.01))  # the loop closes its sockets on its next turns
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()
