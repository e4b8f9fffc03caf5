"""A hub with a crowd, a bad network before it, and laptops in processes of their own, for the
benchmarks of sharing. All of them are on one machine and share its disk and its processors."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import tempfile
import threading
import time
import traceback
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import psycopg

from facilitator.app import EventApp, open_event
from facilitator.domain.errors import Busy, Trouble, WorldTrouble
from facilitator.domain.join_code import parse_join_code
from facilitator.services.checkin import At
from facilitator.services.hub_life import hub_folder
from facilitator.services.joining import Joined, join
from facilitator.services.sharing import Shared
from facilitator.store.hub_server import HubServer
from tests.benchmarks.checkin import Bare
from tests.benchmarks.crowd import make_crowd
from tests.sharing.proxy import Line, Proxy

#: where a hub says that it is: nobody is there, so that laptops reach it by their lines alone
ELSEWHERE = "192.0.2.1"
#: of the window's keeper (`ui/hub_keeper.py`): how long it waits for the hub's word, and rests
WAIT, PAUSE = 1.0, 0.02


# --- the hub --------------------------------------------------------------------------------------


@dataclass
class Scene:
    """A hub that runs, with its event open. `tickets` are everybody's; each is taken once."""

    folder: Path
    app: EventApp
    tickets: list[str]
    shared: Shared
    share_seconds: float
    proxy: Proxy
    _lines: int = field(default=0)

    @property
    def server(self) -> HubServer:
        """The hub's PostgreSQL."""
        path = self.app.database.path
        assert path is not None
        return HubServer(hub_folder(path))

    def take(self, many: int) -> list[str]:
        """Tickets that nobody had yet."""
        assert len(self.tickets) >= many, "too few people"
        taken, self.tickets = self.tickets[:many], self.tickets[many:]
        return taken

    def line(self) -> Line:
        """A line of one laptop to the hub."""
        self._lines += 1
        return self.proxy.line(f"line {self._lines}", "127.0.0.1", self.shared.port)

    def code(self, role: str = "desk", port: int = 0) -> str:
        """A join code that leads to the hub itself, or to a port of the bad network."""
        code = parse_join_code(self.app.sharing.invite(role).text)
        return replace(code, addresses=("127.0.0.1",), port=port or self.shared.port).text

    def join(self, name: str, role: str = "desk", line: Line | None = None) -> tuple[Path, Joined]:
        """A laptop that joined: its file, and how it went."""
        local = self.folder / f"{name}.facilitator"
        return local, join(self.code(role, line.port if line else 0), name, local)

    def server_cpu(self) -> float:
        """Seconds of processor that the hub's server used so far."""
        pid = self.server.pid
        assert pid is not None
        head = psutil.Process(pid)
        used = head.cpu_times()
        total = used.user + used.system + used.children_user + used.children_system
        for child in head.children():
            try:
                its = child.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += its.user + its.system
        return total


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that the hub's server may enter, whoever it runs as."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def shared_event(folder: Path, people: int) -> Iterator[Scene]:
    """A hub of an event with so many people; at its end nothing listens."""
    folder.mkdir(mode=0o755)
    app, tickets = make_crowd(folder / "hub.facilitator", people)
    with app, Proxy() as proxy:
        begun = time.perf_counter()
        shared = app.sharing.share(name="Hub laptop", addresses=[ELSEWHERE])
        seconds = time.perf_counter() - begun
        try:
            yield Scene(folder, app, tickets, shared, seconds, proxy)
        finally:
            HubServer(hub_folder(folder / "hub.facilitator")).remove()


# --- laptops --------------------------------------------------------------------------------------


#: the tables of a bare hub
TABLES = (
    "CREATE TABLE scan(id uuid PRIMARY KEY, at timestamptz, desk text, operator text, source text,"
    " raw text, length int); CREATE INDEX ON scan(at);"
    "CREATE TABLE presence(id uuid PRIMARY KEY, attendee uuid, authority text, number int,"
    " kind text, at timestamptz, desk text, scan uuid REFERENCES scan(id),"
    " UNIQUE(attendee, authority, number)); CREATE INDEX ON presence(attendee);"
    "CREATE TABLE verdict(id uuid PRIMARY KEY, scan uuid UNIQUE REFERENCES scan(id),"
    " at timestamptz, outcome text, attendee uuid)"
)
#: one statement: one round trip and one wait for the disk, the least that it can cost
ADMIT = (
    "WITH a AS (INSERT INTO scan VALUES (%(scan)s, %(now)s, '1', '', 'scan', 'F1-', 27)),"
    " b AS (INSERT INTO presence VALUES (%(fact)s, %(who)s, 'hub', 1, 'arrived', %(now)s, '1',"
    " %(scan)s)) INSERT INTO verdict VALUES (%(verdict)s, %(scan)s, %(now)s, 'welcome', %(who)s)"
)


class Laptop:
    """A laptop in a process of its own. `call` asks and waits; `send` and `answer` are its halves,
    so that many work at once."""

    def __init__(self, local: Path, name: str) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.benchmarks.sharing_scene"])
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, str(local), name), daemon=True)
        self._process.start()
        theirs.close()

    def send(self, what: str, **more: Any) -> None:
        """Ask something."""
        self._pipe.send((what, more))

    def answer(self) -> Any:
        """What it answers. RuntimeError, with its traceback, where it failed."""
        fine, found = self._pipe.recv()
        if not fine:
            raise RuntimeError(found)
        return found

    def call(self, what: str, **more: Any) -> Any:
        """Ask, and wait for the answer."""
        self.send(what, **more)
        return self.answer()

    def close(self) -> None:
        """Switch it off."""
        with contextlib.suppress(OSError):  # it may have died, which its answer said
            self._pipe.send(("end", {}))
        self._process.join(20)
        self._pipe.close()


def _work(pipe: Connection, local: str, name: str) -> None:
    desk = _Desk(Path(local), name)
    while True:
        what, more = pipe.recv()
        if what == "end":
            break
        try:
            pipe.send((True, getattr(desk, what)(**more)))
        except Exception:
            pipe.send((False, traceback.format_exc()))
    desk.end()


class _Desk:
    """What a laptop's process can do."""

    def __init__(self, local: Path, name: str) -> None:
        self._local, self._name = local, name
        self._app: EventApp | None = None
        self._file: EventApp | None = None
        self._bare_file: Bare | None = None
        self._bare_server: psycopg.Connection | None = None
        self._over = threading.Event()
        self._keeper: threading.Thread | None = None
        self.turns = 0

    @property
    def app(self) -> EventApp:
        assert self._app is not None
        return self._app

    def join(self, code: str) -> float:
        """Joins; the seconds that it took. On a machine that is this crowded the hub may cut a
        joining off, whose code then still works: it is tried again."""
        for _ in range(4):
            with contextlib.suppress(WorldTrouble):
                return join(code, self._name, self._local).seconds
        return join(code, self._name, self._local).seconds

    def open(self) -> str:
        """Opens its file and comes together with the hub; how it stands."""
        self._app = open_event(self._local)
        self.app.sharing.catch_up()
        return self.app.sharing.standing().kind

    def open_others(self, file: str, bare: str, url: str) -> None:
        """Opens what an admission is compared with: one file that all processes write to, bare
        sqlite3 and bare psycopg."""
        self._file = open_event(Path(file))
        self._bare_file = Bare(Path(bare))
        self._bare_server = psycopg.connect(url, autocommit=True, prepare_threshold=2)

    def scan_file(self, tickets: list[str]) -> dict[str, Any]:
        """As `scan`, all on one file."""
        assert self._file is not None
        return self._scan(self._file, tickets, 0.0)

    def insert_file(self, tickets: list[str]) -> dict[str, Any]:
        """The rows of so many admissions by sqlite3 alone."""
        assert self._bare_file is not None
        cpu = time.process_time()
        seconds = [self._bare_file.check_in() for _ in tickets]
        return {"seconds": seconds, "alone": 0, "tries": 0, "cpu": time.process_time() - cpu}

    def insert_server(self, tickets: list[str]) -> dict[str, Any]:
        """The rows of so many admissions by psycopg alone, in one statement each."""
        assert self._bare_server is not None
        seconds, cpu = [], time.process_time()
        for _ in tickets:
            begun = time.perf_counter()
            ids = {name: uuid.uuid4() for name in ("scan", "fact", "verdict", "who")}
            self._bare_server.execute(ADMIT, {**ids, "now": datetime.now(UTC)})
            seconds.append(time.perf_counter() - begun)
        return {"seconds": seconds, "alone": 0, "tries": 0, "cpu": time.process_time() - cpu}

    def scan(self, tickets: list[str], pace: float = 0.0) -> dict[str, Any]:
        """Scans; `pace` is the time from one to the next in seconds. What it took: `seconds` of
        each answer, when (`at`) each was given, how many were decided `alone`, how many `tries`
        more it took because others held the file too long, and the processor's seconds."""
        return self._scan(self.app, tickets, pace)

    def _scan(self, app: EventApp, tickets: list[str], pace: float) -> dict[str, Any]:
        seconds, at, alone, tries, cpu = [], [], 0, 0, time.process_time()
        for ticket in tickets:
            begun = time.perf_counter()
            while True:
                try:
                    answer = app.checkin.scan(ticket, At(self._name))
                    break
                except Busy:
                    tries += 1
            done = time.perf_counter()
            assert answer is not None
            assert answer.verdict.outcome == "welcome", answer
            seconds.append(done - begun)
            at.append(time.monotonic())
            alone += answer.standing == "alone"
            if pace:
                time.sleep(max(pace - (done - begun), 0))
        cpu = time.process_time() - cpu
        return {"seconds": seconds, "at": at, "alone": alone, "tries": tries, "cpu": cpu}

    def catch_up(self) -> float:
        """Comes together with the hub; the seconds that it took."""
        begun = time.perf_counter()
        self.app.sharing.catch_up()
        return time.perf_counter() - begun

    def keep(self) -> None:
        """Keeps itself in step from now on, as the window does."""
        self._over.clear()
        self._keeper = threading.Thread(target=self._turn, daemon=True)
        self._keeper.start()

    def leave_off(self) -> int:
        """Keeps itself in step no longer; how often it asked."""
        self._over.set()
        if self._keeper is not None:
            self._keeper.join()
        return self.turns

    def end(self) -> None:
        self.leave_off()
        for app in (self._app, self._file):
            if app is not None:
                app.close()
        if self._bare_server is not None:
            self._bare_server.close()

    def _turn(self) -> None:
        sharing = self.app.sharing
        while not self._over.is_set():
            try:
                sharing.catch_up()
                answered = True
            except Trouble:
                answered = False
            self.turns += 1
            begun = time.monotonic()
            heard = answered and sharing.wait(WAIT)
            rest = PAUSE if heard else WAIT - (time.monotonic() - begun)
            self._over.wait(max(rest, PAUSE))
        sharing.hush()


def load() -> str:
    """How busy the machine is, with whatever else runs on it."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def at_once(laptops: Sequence[Laptop], asked: Sequence[dict[str, Any]], what: str) -> tuple[
    float, list[Any]
]:  # fmt: skip
    """Ask all of them at the same moment; the seconds until the last has answered, and answers."""
    begun = time.perf_counter()
    for laptop, more in zip(laptops, asked, strict=True):
        laptop.send(what, **more)
    answers = [laptop.answer() for laptop in laptops]
    return time.perf_counter() - begun, answers


def in_parts(laptops: Sequence[Laptop], asked: Sequence[dict[str, Any]], what: str) -> list[Any]:
    """Ask four at a time; their answers."""
    return [
        answer
        for start in range(0, len(laptops), 4)
        for answer in at_once(laptops[start : start + 4], asked[start : start + 4], what)[1]
    ]


def tell(words: str) -> None:
    """Say how far it is, apart from the figures."""
    print(f"  [{time.monotonic() - _BEGUN:5.0f} s, {load()}] {words}", file=sys.stderr, flush=True)


_BEGUN = time.monotonic()
