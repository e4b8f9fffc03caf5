"""One laptop of a shared event as a process of its own, run as a program by the tests.

    python -m tests.sharing.desk_process LOCAL HISTORY [--keeper SECONDS] [--route JSON]

It obeys JSON objects on stdin, one a line, with `op` and what that needs, and answers each with one
on stdout once the service has returned: that is the acknowledgement. Every answer is in HISTORY, on
disk, before it is said, so that a kill loses none. With a keeper it also catches up by itself, as
the window does. A route leads connections to one port to another: all laptops of a test are one
machine, and each has lines of its own (`proxy.py`) to whoever is the hub. The event at LOCAL is
opened with the first command that needs it; `join` and `share` make it one of several desks.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import signal
import socket
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from facilitator.app import EventApp, open_event
from facilitator.clocks import SystemClocks, stamp
from facilitator.domain.errors import HubGone, Refused, Trouble
from facilitator.domain.notes import NoteContent, NoteKind
from facilitator.domain.verdicts import AlreadyHere, Verdict
from facilitator.services import finding_hub
from facilitator.services.checkin import Answer, At, NewWalkIn

Words = dict[str, Any]

#: a day is played in minutes: who is the hub now is looked for more often, in seconds
LOOK_EVERY = 0.7


class SkewedClocks(SystemClocks):
    """This machine's clocks, the wall one wrong by so many seconds."""

    def __init__(self) -> None:
        self.skew = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.skew)


class Desk:
    """What the process keeps between commands."""

    def __init__(self, local: Path, history: Path) -> None:
        self._local = local
        self._clocks = SkewedClocks()
        self._app: EventApp | None = None
        self._history = history.open("ab", buffering=0)
        self.name = history.stem
        #: held while the event is opened and closed
        self.guard = threading.Lock()

    # -- properties -----------------------------------------------------------------------------

    @property
    def app(self) -> EventApp:
        """The open event."""
        with self.guard:
            if self._app is None:
                self._app = open_event(self._local, self._clocks)
            return self._app

    @property
    def opened(self) -> EventApp | None:
        """The event where it is open already."""
        return self._app

    # -- public ---------------------------------------------------------------------------------

    def obey(self, command: Words) -> Words:
        """Do one command; the answer is on disk when this returns it."""
        asked = time.monotonic()
        answer: Words = {"desk": self.name, "asked": asked, "op": command["op"]}
        try:
            answer |= getattr(self, f"do_{command['op']}")(command)
        except Refused as refused:
            why = f"{refused} {refused.__cause__ or ''}".strip()
            answer |= {"outcome": "refused", "why": why, "what": command}
        except Trouble as trouble:
            answer |= {
                "outcome": "failed", "why": f"{type(trouble).__name__}: {trouble}", "what": command,
            }  # fmt: skip
        except Exception:
            answer |= {"outcome": "bug", "why": traceback.format_exc(), "what": command}
        if "standing" not in answer and self._app is not None and command["op"] != "close":
            answer["standing"] = self._app.sharing.standing().kind
        answer["answered"] = time.monotonic()
        self._keep(answer)
        return answer

    def _keep(self, answer: Words) -> None:
        self._history.write(json.dumps(answer).encode() + b"\n")
        os.fsync(self._history.fileno())

    # -- at the desk ----------------------------------------------------------------------------

    def do_scan(self, command: Words) -> Words:
        """A ticket is scanned."""
        answer = self.app.checkin.scan(command["code"], At(self.name))
        assert answer is not None
        return self._verdict(answer)

    def do_admit(self, command: Words) -> Words:
        """Somebody is chosen by name."""
        return self._verdict(self.app.checkin.admit(UUID(command["attendee"]), At(self.name)))

    def do_walk_in(self, command: Words) -> Words:
        """Somebody who is not on the list."""
        new = NewWalkIn(command["name"], command["side"])
        found = self._verdict(self.app.checkin.walk_in(new, At(self.name)))
        return found | {"person": found["attendee"]}

    def do_undo(self, command: Words) -> Words:
        """Somebody's last arrival is taken back."""
        taken = self.app.checkin.undo(UUID(command["attendee"]), At(self.name))
        return {"outcome": "undone", "attendee": taken.person.id.hex, "was": taken.was.id.hex}

    def do_leave(self, command: Words) -> Words:
        """Somebody left."""
        left = self.app.checkin.leave(UUID(command["attendee"]), At(self.name))
        return {"outcome": "left", "attendee": left.person.id.hex, "at": stamp(left.at)}

    def do_note(self, command: Words) -> Words:
        """A myth is taken down."""
        note = UUID(command["note"])
        self.app.notes.capture(note, NoteKind.MYTH, NoteContent(command["text"]))
        return {"outcome": "noted", "note": note.hex}

    def do_amend(self, command: Words) -> Words:
        """What is known of a myth is written down."""
        done = self.app.notes.change(UUID(command["note"]), reality=command["text"])
        version = done.note.version
        assert version is not None
        return {"outcome": "amended", "note": command["note"], "version": version.hex}

    def do_clock(self, command: Words) -> Words:
        """Somebody presses a key of the clock."""
        act = getattr(self.app.programme, command["act"])
        ran = act(60) if command["act"] == "adjust" else act()
        return {"outcome": "ran", "act": command["act"],
                "clock_facts": [fact.id.hex for fact in ran.facts]}  # fmt: skip

    def do_wish(self, command: Words) -> Words:
        """Two are to sit together, or apart."""
        pair = {UUID(command["one"]), UUID(command["other"])}
        getattr(self.app.wishes, command["kind"])(*pair)
        found = [w.id.hex for w in self.app.wishes.all().all if {w.person, w.other} == pair]
        return {"outcome": "wished", "wishes": found}

    def _verdict(self, answer: Answer) -> Words:
        verdict: Verdict = answer.verdict
        found: Words = {
            "outcome": verdict.outcome, "code": verdict.code, "at": stamp(verdict.at),
            "at_desk": verdict.desk, "standing": answer.standing,
        }  # fmt: skip
        person, fact = getattr(verdict, "person", None), getattr(verdict, "fact", None)
        found["attendee"] = person.id.hex if person is not None else None
        if isinstance(verdict, AlreadyHere):
            found |= {"since": stamp(verdict.since), "first_desk": verdict.first_desk}
        if fact is not None:
            found |= {"fact": fact.hex, "authority": self._authority(fact)}
        return found

    def _authority(self, fact: UUID) -> str:
        """In whose name a fact stands in the file, now that it was answered."""
        with closing(sqlite3.connect(f"file:{self._local}?mode=ro", uri=True)) as raw:
            row = raw.execute("SELECT authority FROM presence WHERE id = ?", [fact.hex]).fetchone()
        return row[0] if row else ""

    # -- sharing --------------------------------------------------------------------------------

    def do_share(self, command: Words) -> Words:
        """This laptop becomes the hub."""
        shared = self.app.sharing.share(port=command["port"], name=self.name,
                                        addresses=command["addresses"])  # fmt: skip
        return {"outcome": "done", "port": shared.port, "term": shared.term}

    def do_invite(self, command: Words) -> Words:
        """A code with which another may join."""
        return {"outcome": "done", "text": self.app.sharing.invite(command["role"]).text}

    def do_join(self, command: Words) -> Words:
        """This laptop joins."""
        from facilitator.services.joining import join

        joined = join(command["code"], self.name, self._local, clocks=self._clocks)
        return {"outcome": "done", "people": joined.people, "role": joined.role}

    def do_take_over(self, command: Words) -> Words:
        """A deputy becomes the hub."""
        shared = self.app.sharing.take_over(port=command["port"], addresses=command["addresses"])
        return {"outcome": "done", "port": shared.port, "term": shared.term}

    def do_stop(self, command: Words) -> Words:
        """The sharing ends."""
        return {"outcome": "done", "words": self.app.sharing.stop()}

    def do_catch_up(self, command: Words) -> Words:
        """Upload and download, now."""
        self.app.sharing.catch_up()
        link = self.app.sharing.link
        cursor = link.cursor if link is not None else None
        term = [cursor.term, str(cursor.hub)] if cursor is not None else None
        return {"outcome": "done", "waiting": self.app.sharing.standing().waiting, "term": term}

    def do_standing(self, command: Words) -> Words:
        """What the window would say at its top."""
        now = self.app.sharing.standing()
        return {"outcome": "done", "standing": now.kind, "waiting": now.waiting,
                "sentence": now.sentence, "why": now.why}  # fmt: skip

    # -- besides --------------------------------------------------------------------------------

    def do_claims(self, command: Words) -> Words:
        """The headcount, the list of who is here, and "Admitted twice"."""
        return {
            "outcome": "done", "here": self.app.checkin.balance().here,
            "inside": [person.id.hex for person in self.app.people.all() if person.is_here],
            "twice": [one.person.id.hex for one in self.app.merging.twice()],
        }  # fmt: skip

    def do_skew(self, command: Words) -> Words:
        """The wall clock goes wrong."""
        self._clocks.skew = command["seconds"]
        return {"outcome": "done"}

    def do_close(self, command: Words) -> Words:
        """Let go of the event; the next command opens it again."""
        with self.guard:
            app, self._app = self._app, None
            if app is not None:
                app.close()
        return {"outcome": "done"}


def route(ports: dict[int, int]) -> None:
    """Lead this process's connections to a port to another one."""
    whole, plain = psycopg.connect, socket.create_connection

    def connect(conninfo: str = "", **words: Any) -> Any:
        if "port" in words:
            words["port"] = ports.get(int(words["port"]), words["port"])
        return whole(conninfo, **words)

    def create_connection(address: tuple[str, int], *more: Any, **words: Any) -> socket.socket:
        return plain((address[0], ports.get(address[1], address[1])), *more, **words)

    psycopg.connect = connect
    socket.create_connection = create_connection


def keep(desk: Desk, seconds: float, over: threading.Event) -> None:
    """Catch up whenever the hub says that it has something, as the window's keeper does, and else
    every so many seconds."""
    while not over.is_set():
        app = desk.opened
        if app is None or app.sharing.standing().kind != "shared":
            over.wait(seconds)
        else:
            app.sharing.wait(seconds)
        if app is None or app.sharing.standing().kind == "own":
            continue
        try:
            app.sharing.catch_up()
        except HubGone:
            continue
        except Trouble as trouble:
            print(f"{desk.name}: {type(trouble).__name__}: {trouble}", file=sys.stderr, flush=True)
    app = desk.opened
    if app is not None:
        app.sharing.hush()


def run(desk: Desk, lines: Any, say: Callable[[str], object]) -> None:
    """Obey until the lines end, or one says `quit`."""
    for line in lines:
        command = json.loads(line)
        if command["op"] == "quit":
            break
        answer = desk.obey(command)
        say(json.dumps(answer) + "\n")
        sys.stdout.flush()


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("local", type=Path)
    parser.add_argument("history", type=Path)
    parser.add_argument("--keeper", type=float, default=0.0)
    parser.add_argument("--route", type=json.loads, default={})
    wanted = parser.parse_args()
    if hasattr(signal, "SIGUSR1"):
        faulthandler.register(signal.SIGUSR1)  # it is asked what it is doing
    route({int(port): to for port, to in wanted.route.items()})
    finding_hub.LOOK_EVERY = LOOK_EVERY
    desk = Desk(wanted.local, wanted.history)
    over = threading.Event()
    keeper = threading.Thread(target=keep, args=(desk, wanted.keeper, over))
    if wanted.keeper:
        keeper.start()
    try:
        run(desk, sys.stdin, sys.stdout.write)
    finally:
        over.set()
        if wanted.keeper:
            keeper.join(10)
        if desk.opened is not None:
            desk.opened.close()


if __name__ == "__main__":
    main()
