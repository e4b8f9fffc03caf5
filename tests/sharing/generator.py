"""A day at several desks on a bad network, invented by a seed: what people do, and what breaks.

Eight laptops and a hub, each a process of its own on lines of its own. Steps are what people do at
the desks and what happens to lines, laptops and servers; at the end everything is healed, all catch
up, and `Storm.collect` has what the checker needs.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psutil

from facilitator.store.hub_server import HubServer
from tests.benchmarks.crowd import make_crowd
from tests.sharing.laptop import Laptop, Words
from tests.sharing.ports import quiet_port
from tests.sharing.proxy import WAYS, Line, Proxy
from tests.sharing.raw_copies import Copy, read_file, read_history, read_server, readable_by

ROLES = ("desk", "desk", "desk", "desk", "facilitator", "facilitator", "organiser", "organiser")
SIDES = ("general-practice", "community-pharmacy", "other")
#: what people do, and how often
ACTS = {
    "scan": 40, "same": 14, "undo": 9, "leave": 7, "walk_in": 4, "admit": 4,
    "note": 3, "amend": 4, "clock": 5, "wish": 4, "catch_up": 5, "standing": 2,
}  # fmt: skip
#: which keys of the clock are pressed, and how often
KEYS = {"start": 3, "next": 3, "pause": 2, "resume": 3, "adjust": 4, "back": 1, "undo": 2}
#: who is to sit how: these only wait while alone, and no facts tell them
WISHES = ("apart", "together")
#: what breaks, and how often; lines first, then laptops, then servers
FAULTS = {
    "delay": 8, "drop": 8, "half": 8, "cut": 10, "refuse": 4, "lose": 10, "middle": 6,
    "stop desk": 8, "kill desk": 6, "skew": 4,
    "stop server": 3, "stop backend": 6, "kill backend": 3, "kill server": 3, "promote": 4,
}  # fmt: skip
#: for how many seconds something stays broken
SHORTEST, LONGEST = 0.05, 2.5
#: how long a second laptop is waited for that scans the same ticket
PATIENT = 1.0
#: nobody waits so long for an answer; what a laptop does behind the scenes may take longer: nine
#: of them share this machine's processors
STUCK = 30.0
BEHIND = 90.0
BEHIND_THE_SCENES = ("catch_up", "share", "take_over")


@dataclass
class _Mend:
    """What is done about something that broke, and when."""

    at: float
    what: Callable[[], object]


class Storm:
    """One such day. Use it in a `with`: nothing of it goes on afterwards."""

    def __init__(
        self, folder: Path, seed: int, *, people: int = 60, faults: float = 0.08,
        keeper: float = 0.5, roles: Sequence[str] = ROLES, which: Sequence[str] = tuple(FAULTS),
        at_once: int = 3,
    ) -> None:  # fmt: skip
        self._folder, self._chance = folder, random.Random(seed)
        self._faults, self._which = faults, which
        #: how many desks may be asked at one moment: all of them share this machine's processors
        self._at_once = at_once
        self.counts: Counter[str] = Counter()
        self.seconds: list[tuple[str, str, float]] = []
        self._mends: list[_Mend] = []
        self._number = 0
        #: the notes that were acknowledged
        self._notes: list[str] = []
        self._proxy = Proxy()
        app, self.tickets = make_crowd(folder / "Hub.facilitator", people)
        with app:
            app.programme.apply_template(app.programme.templates()[0].key)
            found = {person.ticket: person.id.hex for person in app.people.all()}
        self._ids = [found[ticket] for ticket in self.tickets]
        self.hub = Laptop("Hub", "organiser", folder, quiet_port(), keeper)
        self.desks = [
            Laptop(f"Desk {n}", role, folder, quiet_port(), keeper)
            for n, role in enumerate(roles, 1)
        ]
        self.laptops = [self.hub, *self.desks]
        self._lay_lines()

    # -- setting up -----------------------------------------------------------------------------

    def _lay_lines(self) -> None:
        """A line from each laptop to each that may be the hub; none to itself."""
        servers = [one for one in self.laptops if one.role == "organiser"]
        for one in self.laptops:
            for other in servers:
                if one is not other:
                    name = f"{one.name} to {other.name}"
                    one.lines[other.name] = self._proxy.line(name, "127.0.0.1", other.port)
            one.route = {other.port: one.lines[other.name].port for other in servers
                         if other is not one}  # fmt: skip

    def begin(self) -> None:
        """Share the event, and let everybody join."""
        self.hub.start()
        self.hub.call("share", port=self.hub.port, addresses=["127.0.0.1"])
        for desk in self.desks:
            code = self.hub.call("invite", role=desk.role)["text"]
            desk.start()
            desk.ask("join", code=code)
        for desk in self.desks:
            joined = desk.wait(60)
            assert joined is not None, f"{desk.name}: {desk.complaints()}"
            assert joined["outcome"] == "done", joined
        self.hub.call("close")
        self._tell_of_deputies()
        for laptop in self.laptops:
            laptop.call("catch_up")

    def _tell_of_deputies(self) -> None:
        """Where each could be the hub: on real laptops at the usual port of their own addresses."""
        for laptop in self.laptops:
            path = Path(f"{laptop.local}.desk") / "desk.json"
            known = json.loads(path.read_text("utf-8"))
            known["others"] = [
                {"addresses": ["127.0.0.1"], "port": other.port}
                for other in self.laptops
                if other.role == "organiser" and other is not laptop
            ]
            path.write_text(json.dumps(known), "utf-8")

    # -- the day --------------------------------------------------------------------------------

    def run(self, steps: int) -> None:
        """So many steps."""
        for _ in range(steps):
            self._mend()
            self._collect_answers()
            if self._chance.random() < self._faults:
                self._break()
            else:
                self._act()
            self.counts["steps"] += 1

    def _act(self) -> None:
        act = self._pick(ACTS)
        if act == "same":
            pair = self._idle(2)
            ticket = self._ticket()
            for laptop in pair:
                laptop.ask("scan", code=ticket)
            self.counts["double scans"] += len(pair) == 2
            return
        if act == "amend" and not self._notes:
            act = "note"
        stage = act in ("note", "amend", "clock", "wish")
        roles = ("facilitator", "organiser") if stage else ("desk", *ROLES[4:])
        for laptop in self._idle(1, roles):
            self.counts[act] += 1
            laptop.ask(act, **self._words(act))

    def _words(self, act: str) -> Words:
        match act:
            case "scan":
                return {"code": self._ticket()}
            case "undo" | "leave" | "admit":
                return {"attendee": self._ids[self.tickets.index(self._ticket())]}
            case "walk_in":
                self._number += 1
                return {"name": f"Walker {self._number}", "side": self._chance.choice(SIDES)}
            case "note":
                self._number += 1
                return {"note": uuid4().hex, "text": f"Myth {self._number}"}
            case "amend":
                self._number += 1
                return {"note": self._chance.choice(self._notes[-6:]),
                        "text": f"Reality {self._number}"}  # fmt: skip
            case "clock":
                return {"act": self._pick(KEYS)}
            case "wish":
                one, other = self._chance.sample(self._ids, 2)
                return {"one": one, "other": other, "kind": self._chance.choice(WISHES)}
            case _:
                return {}

    def _ticket(self) -> str:
        """Some are scanned again and again."""
        few = self.tickets[: max(4, len(self.tickets) // 5)]
        return self._chance.choice(few if self._chance.random() < 0.6 else self.tickets)

    def _pick(self, weights: dict[str, int]) -> str:
        return self._chance.choices(list(weights), list(weights.values()))[0]

    def _idle(self, many: int, roles: Sequence[str] = ROLES) -> list[Laptop]:
        """Laptops that can be asked now, waiting a while for so many; then fewer.

        AssertionError where nobody answers for a long time.
        """
        began = time.monotonic()
        while True:
            self._collect_answers()
            found = [one for one in self.laptops if one.is_idle and one.role in roles]
            busy = sum(one.asked is not None and not one.is_stopped for one in self.laptops)
            waited = time.monotonic() - began
            enough = many if waited < PATIENT else 1
            if len(found) >= enough and busy + min(many, len(found)) <= max(self._at_once, many):
                return self._chance.sample(found, min(many, len(found)))
            assert waited < BEHIND, self._hanging()
            self._mend()
            time.sleep(0.002)

    def _hanging(self) -> str:
        return "\n".join(one.hangs() for one in self.laptops if one.asked is not None)

    def _collect_answers(self) -> None:
        for laptop in self.laptops:
            if laptop.asked is None or laptop.is_stopped:
                continue
            answer = laptop.answer()
            if answer is not None:
                taken = answer["answered"] - answer["asked"]
                self.seconds.append((answer["op"], answer.get("standing", ""), taken))
                self.counts[f"answer {answer['outcome']}"] += 1
                if answer["outcome"] == "noted":
                    self._notes.append(answer["note"])
            elif not laptop.is_alive:
                raise AssertionError(f"{laptop.name} died: {laptop.complaints()}")
            else:
                waited = time.monotonic() - laptop.since
                behind = laptop.asked["op"] in BEHIND_THE_SCENES
                assert waited < (BEHIND if behind else STUCK), self._hanging()

    # -- breaking -------------------------------------------------------------------------------

    def _break(self) -> None:
        fault = self._pick({name: FAULTS[name] for name in self._which})
        getattr(self, f"_{fault.replace(' ', '_')}")()

    def _later(self, what: Callable[[], object]) -> None:
        seconds = self._chance.uniform(SHORTEST, LONGEST)
        self._mends.append(_Mend(time.monotonic() + seconds, what))

    def _mend(self) -> None:
        now = time.monotonic()
        due = [one for one in self._mends if one.at <= now]
        self._mends = [one for one in self._mends if one.at > now]
        for one in due:
            one.what()

    def _some_lines(self) -> list[Line]:
        """Those of one laptop, or now and then of several: all to whom they lead."""
        many = self._chance.choice((1, 1, 1, 1, 2, 4))
        return [line for laptop in self._chance.sample(self.desks, min(many, len(self.desks)))
                for line in laptop.lines.values()]  # fmt: skip

    def _on_lines(self, name: str, what: Callable[[Line], object], *, heal: bool = True) -> None:
        lines = self._some_lines()
        self.counts[name] += 1
        for line in lines:
            what(line)
            if heal:
                self._later(line.heal)

    def _delay(self) -> None:
        seconds = self._chance.choice((0.005, 0.05, 0.3, 0.9))
        self._on_lines("delays", lambda line: line.delay(seconds))

    def _drop(self) -> None:
        self._on_lines("black holes", lambda line: line.drop())

    def _half(self) -> None:
        way = self._chance.choice(WAYS)
        self._on_lines("halves", lambda line: line.half(way))

    def _cut(self) -> None:
        self._on_lines("cuts", lambda line: line.cut(), heal=False)

    def _refuse(self) -> None:
        def refuse(line: Line) -> None:
            line.refuse()
            line.cut()

        self._on_lines("refusals", refuse)

    def _lose(self) -> None:
        self._on_lines("answers to be lost", lambda line: line.lose_answer(), heal=False)

    def _middle(self) -> None:
        many, way = self._chance.randrange(1, 4000), self._chance.choice(WAYS)
        self._on_lines("cuts in the middle", lambda line: line.cut_after(many, way), heal=False)

    def _stop_desk(self) -> None:
        running = [one for one in self.desks if one.is_alive and not one.is_stopped]
        if len(running) > 3:
            laptop = self._chance.choice(running)
            laptop.stop()
            self.counts["desks stopped"] += 1
            self._later(laptop.go_on)

    def _kill_desk(self) -> None:
        laptop = self._chance.choice([one for one in self.laptops if one.is_alive])
        laptop.kill()
        self.counts["desks killed"] += 1
        laptop.start()

    def _skew(self) -> None:
        for laptop in self._idle(1):
            self.counts["clocks skewed"] += 1
            laptop.ask("skew", seconds=self._chance.choice((-7200.0, -90.0, -3.0, 0.0, 3.0, 600.0)))

    # -- servers --------------------------------------------------------------------------------

    def _server(self) -> list[psutil.Process]:
        """The processes of the hub's server, its head first; none where it does not run."""
        self._find_hub()
        return _server_of(self.hub)

    def _find_hub(self) -> None:
        """Who is the hub now: the highest (term, hub) that any laptop knows of."""
        known: list[tuple[int, str]] = []
        for laptop in self.laptops:
            with closing(sqlite3.connect(f"file:{laptop.local}?mode=ro", uri=True)) as raw:
                known += raw.execute("SELECT number, hub_id FROM term").fetchall()
        best = max(known, default=(0, ""))[1]
        self.hub = next((one for one in self.laptops if _desk_id(one) == best), self.hub)

    def _stop_server(self) -> None:
        server = self._server()
        if server:
            self.counts["servers stopped"] += 1
            _signal(server, signal.SIGSTOP)
            self._later(lambda: _signal(server, signal.SIGCONT))

    def _stop_backend(self) -> None:
        server = [one for one in self._server()[1:] if _is_backend(one)]
        if server:
            one = [self._chance.choice(server)]
            self.counts["backends stopped"] += 1
            _signal(one, signal.SIGSTOP)
            self._later(lambda: _signal(one, signal.SIGCONT))

    def _kill_backend(self) -> None:
        server = [one for one in self._server()[1:] if _is_backend(one)]
        if server:
            self.counts["backends killed"] += 1
            _signal([self._chance.choice(server)], signal.SIGKILL)

    def _kill_server(self) -> None:
        """The hub's server loses its power; it is shared again a moment later."""
        server = self._server()
        if server:
            self.counts["servers killed"] += 1
            _signal(server, signal.SIGKILL)
            self._later(self._share_again)

    def _share_again(self) -> None:
        """Whoever was the hub when its server died shares again, as a person would there."""
        for laptop in self.laptops:
            if HubServer(_hub_folder(laptop)).exists and not _server_of(laptop):
                if laptop.is_idle:
                    laptop.ask("share", port=laptop.port, addresses=["127.0.0.1"])
                else:
                    self._later(self._share_again)

    def _promote(self) -> None:
        """The hub is lost, in one of several ways, and a deputy takes its place. The old one comes
        back, unknowing, a while later."""
        self._find_hub()
        able = [one for one in self.laptops if one.is_idle and one.role == "organiser"]
        able = [one for one in able if one is not self.hub]
        if not able:
            return
        old, new = self.hub, self._chance.choice(able)
        how = self._chance.choice(("asleep", "dark", "apart"))
        server = _server_of(old)
        if how == "asleep":
            _signal(server, signal.SIGSTOP)
            old.stop()
            self._later(lambda: (_signal(server, signal.SIGCONT), old.go_on()))
        elif how == "dark":
            old.kill()
            _signal(server, signal.SIGKILL)
            self._later(lambda: self._come_back(old))
        else:
            for one in self.laptops:
                if one is not old:
                    one.lines[old.name].drop()
                    self._later(one.lines[old.name].heal)
        for name, line in new.lines.items():
            if name != old.name:
                line.heal()
        begun = time.monotonic()
        new.ask("take_over", port=new.port, addresses=["127.0.0.1"])
        answer = new.wait(60)
        assert answer is not None, f"{new.name} did not take over: {new.complaints()}"
        if answer["outcome"] == "done":
            self.counts["promotions"] += 1
            self.seconds.append(("take_over", how, time.monotonic() - begun))
            self.hub = new
        else:
            self.counts["promotions refused"] += 1
            assert answer["outcome"] == "refused", answer["why"]

    def _come_back(self, old: Laptop) -> None:
        if not old.is_alive:
            old.start()
        self._share_again()

    # -- the end --------------------------------------------------------------------------------

    def heal(self, seconds: float = 90.0) -> None:
        """Everything works again; everybody catches up until nothing is left to send or read.

        AssertionError where that does not come to an end.
        """
        mends, self._mends = self._mends, []
        for one in mends:
            one.what()
        self._mends.clear()
        for laptop in self.laptops:
            laptop.go_on()
            for line in laptop.lines.values():
                line.heal()
            _signal(_server_of(laptop), signal.SIGCONT)
        until = time.monotonic() + seconds
        for laptop in self.laptops:
            if not laptop.is_alive:
                laptop.start()
            if laptop.asked is not None:
                assert laptop.wait(BEHIND), laptop.hangs()
        self._share_again()
        for laptop in self.laptops:
            if laptop.asked is not None:
                assert laptop.wait(BEHIND), laptop.hangs()
        quiet = 0
        while quiet < 2:
            assert time.monotonic() < until, f"no end of catching up: {self._caught_up()}"
            quiet = quiet + 1 if not self._caught_up() else 0

    def _caught_up(self) -> list[Words]:
        """Let everybody catch up; the answers of those who could not, or have something left."""
        for laptop in self.laptops:
            laptop.ask("catch_up")
        answers = [(laptop, laptop.wait(BEHIND)) for laptop in self.laptops]
        for laptop, answer in answers:
            assert answer is not None, laptop.hangs()
        left = [a for _, a in answers if a and (a["outcome"] != "done" or a["waiting"])]
        # An older hub looks for a newer one only now and then: it is not over before all agree.
        if not left and len({str(a.get("term")) for _, a in answers if a}) > 1:
            left = [a for _, a in answers if a]
        if left:
            time.sleep(0.2)
        return left

    def collect(self) -> tuple[list[Words], list[Copy]]:
        """All histories, and every copy as it lies there; the laptops are switched off."""
        claims = {laptop.name: laptop.call("claims") for laptop in self.laptops}
        for laptop in self.laptops:
            laptop.say_goodbye()
        for laptop in self.laptops:
            laptop.quit()
        self._find_hub()
        history = [line for laptop in self.laptops for line in read_history(laptop.history)]
        account = json.loads((Path(f"{self.hub.local}.desk") / "desk.json").read_text("utf-8"))
        url = HubServer(_hub_folder(self.hub)).admin_url(account["hub"]["database"])
        there, order = read_server(url)
        copies = [Copy("server", there, order=order)]
        for laptop in self.laptops:
            tables, broken = read_file(laptop.local)
            desk = json.loads((Path(f"{laptop.local}.desk") / "desk.json").read_text("utf-8"))
            said = claims[laptop.name]
            copies.append(
                Copy(
                    laptop.name, tables, readable_by(url, desk["hub"]["user"]),
                    {name: said[name] for name in ("here", "inside", "twice")},
                    broken=broken, waiting=len(tables["outbox"]),
                )
            )  # fmt: skip
        self.counts["answers lost"] = sum(
            line.counts["answers lost"] for line in self._proxy.lines.values()
        )
        return history, copies

    def __enter__(self) -> Storm:
        return self

    def __exit__(self, *_why: object) -> None:
        for laptop in self.laptops:
            laptop.go_on()
            laptop.kill()
        for laptop in self.laptops:
            _signal(_server_of(laptop), signal.SIGCONT)
            with contextlib.suppress(Exception):
                HubServer(_hub_folder(laptop)).remove()
        self._proxy.close()


def _desk_id(laptop: Laptop) -> str:
    """A laptop's id among the joined ones, as its file has it."""
    try:
        found = json.loads((Path(f"{laptop.local}.desk") / "desk.json").read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return str(found["desk_id"]).replace("-", "")


def _hub_folder(laptop: Laptop) -> Path:
    return Path(f"{laptop.local}.hub")


def _server_of(laptop: Laptop) -> list[psutil.Process]:
    try:
        note = json.loads((_hub_folder(laptop) / "hub.json").read_text("utf-8"))
        head = psutil.Process(int(note["pid"]))
        if not head.name().startswith("postgres") or head.status() == psutil.STATUS_ZOMBIE:
            return []
        return [head, *head.children()]
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return []


def _is_backend(process: psutil.Process) -> bool:
    try:
        words = " ".join(process.cmdline())
    except psutil.Error:
        return False
    return "f_" in words and "127.0.0.1" in words


def _signal(processes: Sequence[psutil.Process], number: int) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error, OSError):
            os.kill(process.pid, number)
