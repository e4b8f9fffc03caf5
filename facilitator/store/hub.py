"""The hub as one laptop asks it: one connection in a thread of its own, so that nobody waits for
the network longer than they said."""

from __future__ import annotations

import contextlib
import json
import queue
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from facilitator.domain.errors import HubGone
from facilitator.store.whole import write_private

_T = TypeVar("_T")

#: a hub that does not answer in so many seconds is gone
DEADLINE = 0.8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hub is, or could be."""

    addresses: tuple[str, ...]
    port: int


@dataclass(frozen=True, slots=True)
class Account:
    """What one laptop needs to speak with its hub; kept in a folder of its owner's alone."""

    folder: Path
    desk_id: str
    name: str
    role: str
    event_id: str
    hub: Place
    database: str
    user: str
    password: str
    #: where a deputy could be the hub
    others: tuple[Place, ...] = ()

    @property
    def ca(self) -> Path:
        """The certificate of the event's authority."""
        return self.folder / "ca.pem"

    def save(self) -> None:
        """Write it, readable by the owner alone, in whole."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        write_private(self.folder / "desk.json", json.dumps(_plain(self), indent=1))

    def seen(self, hub: Place, others: Sequence[Place]) -> Account:
        """The same account with the hub, and those who could be it, where they are now."""
        return replace(self, hub=hub, others=tuple(others))


def account_folder(local: Path) -> Path:
    """Where the account of a joined file lies: beside it."""
    return local.with_name(f"{local.name}.desk")


def read_account(local: Path) -> Account | None:
    """The account of a joined file; None where it has none or it cannot be read."""
    folder = account_folder(local)
    try:
        found = json.loads((folder / "desk.json").read_text("utf-8"))
        hub = found["hub"]
        return Account(
            folder, found["desk_id"], found["name"], found["role"], found["event_id"],
            _place(hub), hub["database"], hub["user"], hub["password"],
            tuple(_place(other) for other in found.get("others", ())),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _place(found: Mapping[str, Any]) -> Place:
    return Place(tuple(str(a) for a in found["addresses"]), int(found["port"]))


def _plain(account: Account) -> dict[str, Any]:
    def place(one: Place) -> dict[str, Any]:
        return {"addresses": list(one.addresses), "port": one.port}

    return {
        "desk_id": account.desk_id, "name": account.name, "role": account.role,
        "event_id": account.event_id,
        "hub": {**place(account.hub), "database": account.database, "user": account.user,
                "password": account.password},
        "others": [place(one) for one in account.others],
    }  # fmt: skip


def connect(
    account: Account, place: Place, *, seconds: int = 2, name: str = "facilitator"
) -> psycopg.Connection[Any]:
    """Connect to a hub at `place`, over TLS, proving that its certificate is of this event's
    authority. `seconds` for each address (at least 2, by libpq); `name` tells two laptops of one
    account apart. Raises psycopg.Error."""
    return psycopg.connect(
        host=",".join(place.addresses), port=place.port, dbname=account.database,
        user=account.user, password=account.password, sslmode="verify-ca",
        sslrootcert=str(account.ca), connect_timeout=seconds, keepalives=1, keepalives_idle=5,
        keepalives_interval=2, keepalives_count=2, tcp_user_timeout=3000, autocommit=True,
        application_name=name, options="-c timezone=UTC", prepare_threshold=2,
    )  # fmt: skip


class Hub:
    """One laptop's line to its hub. Every question is answered in the time given, or HubGone."""

    def __init__(self, account: Account, name: str = "facilitator") -> None:
        self.account, self._name = account, name
        self._line: _Line | None = None
        self._guard = threading.Lock()

    def ask(
        self, question: Callable[[psycopg.Connection[Any]], _T], seconds: float = DEADLINE
    ) -> _T:
        """What `question` returns, given the connection, in a thread of the hub's.

        Raises HubGone where there is no answer in `seconds`, or the server is not there, refuses
        this laptop or is being shut down; other psycopg errors as they are.
        """
        with self._guard:
            line = self._line
            if line is None or not line.alive:
                line = self._line = _Line(self.account, self._name)
        try:
            return line.ask(question).result(seconds)
        except TimeoutError:
            self._drop(line)
            raise HubGone("The hub does not answer.") from None
        except (psycopg.OperationalError, psycopg.InterfaceError) as problem:
            if line.broken:
                self._drop(line)
                raise HubGone(_why(problem)) from problem
            raise

    def close(self) -> None:
        """Hang up."""
        with self._guard:
            line, self._line = self._line, None
        if line is not None:
            line.hang_up()

    def _drop(self, line: _Line) -> None:
        with self._guard:
            if self._line is line:
                self._line = None
        line.hang_up()


class _Line:
    """One connection and its thread, from the first question until something goes wrong."""

    def __init__(self, account: Account, name: str) -> None:
        self._account, self._name = account, name
        self._questions: queue.SimpleQueue[tuple[Future[Any], Callable[..., Any]] | None] = (
            queue.SimpleQueue()
        )
        self._connection: psycopg.Connection[Any] | None = None
        self._over = False
        self.broken = False
        # A daemon: the program's end does not wait for a network that says nothing.
        self._thread = threading.Thread(target=self._run, name="hub", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return not (self._over or self.broken)

    def ask(self, question: Callable[[psycopg.Connection[Any]], _T]) -> Future[_T]:
        future: Future[Any] = Future()
        self._questions.put((future, question))
        return future

    def hang_up(self) -> None:
        self._over = True
        self._questions.put(None)
        connection = self._connection
        if connection is not None:
            # Whoever waits in that thread for an answer wakes at once.
            with contextlib.suppress(OSError, psycopg.Error):
                line = socket.socket(fileno=connection.fileno())
                try:
                    line.shutdown(socket.SHUT_RDWR)
                finally:
                    line.detach()

    def _run(self) -> None:
        while (asked := self._questions.get()) is not None:
            future, question = asked
            try:
                if self._over:
                    raise psycopg.OperationalError("the line was closed")
                if self._connection is None:
                    self._connection = connect(self._account, self._account.hub, name=self._name)
                future.set_result(question(self._connection))
            except BaseException as problem:
                gone = self._connection is None or self._connection.closed
                self.broken = self.broken or bool(gone)
                future.set_exception(problem)
            del future, question, asked
            if self._over or self.broken:
                break
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
        # Questions that came too late are answered too.
        while not self._questions.empty():
            late = self._questions.get()
            if late is not None:
                late[0].set_exception(psycopg.OperationalError("the line was closed"))


def _why(problem: psycopg.Error) -> str:
    said = str(problem).casefold()
    if "password authentication failed" in said or "not permitted to log in" in said:
        return "The hub does not let this laptop in any more."
    if "certificate" in said:
        return "What answers in the hub's place has another certificate."
    if "too many" in said or "remaining connection slots" in said:
        return "The hub has too many connections."
    return "The hub does not answer."
