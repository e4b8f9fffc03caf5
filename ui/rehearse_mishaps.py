"""`facilitator rehearse --mishaps`: what can go wrong on the day, really done to a rehearsal.

A process is killed, a folder disappears, clocks are set, a screen is unplugged. Whatever the
program answered meanwhile stands in a ledger that is kept beside the event, and is compared with
the event, and with its newest copy, at the end.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from facilitator.app import EventApp, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import Trouble
from facilitator.domain.text import counted
from facilitator.mishap_desk import DESK
from facilitator.rehearsal import SampleDay, sample_date
from facilitator.sample import make_sample_event
from facilitator.services.checkin import At
from facilitator.services.copy_places import CopyPlaces
from facilitator.services.copying import CopyService
from facilitator.services.roll import write_roll
from facilitator.services.room_display import Face
from ui.laptop_state import LaptopJudge, Reading
from ui.room.screens import ScreenNow, Screens
from ui.room.window import RoomKeeper
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

EVENT = "mishaps.facilitator"
PAGE, PICTURE = "mishaps.md", "mishaps.png"
#: fewer people do not last for a day of mishaps
FEWEST = 32
#: no mishap may take longer than this, in seconds
_PATIENCE = 60.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Mishap:
    """One mishap, and how it ended. `seconds` is how long the recovery took, as measured."""

    at: str
    name: str
    happened: str
    recovered: str
    seconds: float
    #: how many answers were given until then, and how many of them are gone
    answered: int
    lost: int


@dataclass(frozen=True, slots=True)
class Mishaps:
    """The page: what happened, and what was lost of everything that was answered."""

    event: str
    people: int
    mishaps: tuple[Mishap, ...]
    answered: int
    lost: int
    #: answers that were given before the newest copy, and those of them that it does not hold
    copied: int
    lost_in_copy: int
    #: what is wrong with the event afterwards, in sentences
    problems: tuple[str, ...]
    files: tuple[str, ...]
    seconds: float

    @property
    def is_well(self) -> bool:
        """Whether nothing that was answered is gone, anywhere, and the event is in order."""
        return not (
            self.lost or self.lost_in_copy or self.problems or any(m.lost for m in self.mishaps)
        )


@dataclass(slots=True)
class Ledger:
    """What the program answered, kept apart from it: each code, and its outcome."""

    lines: list[tuple[str, str]] = field(default_factory=list)

    def add(self, code: str, outcome: str) -> None:
        """One answer."""
        self.lines.append((code, outcome))

    def lost_in(self, app: EventApp, *, first: int | None = None) -> int:
        """How many of the (first) answers the event's log does not hold."""
        held = Counter((line.raw, line.outcome) for line in app.checkin.log(None))
        return sum((Counter(self.lines[:first]) - held).values())

    @property
    def admitted(self) -> int:
        """How many were let in."""
        return sum(outcome == "welcome" for _, outcome in self.lines)


class _Bench(Screens):
    """Screens that are plugged in and pulled out."""

    def __init__(self, *screens: ScreenNow) -> None:
        super().__init__()
        self._now = list(screens)

    def all(self) -> list[ScreenNow]:
        return list(self._now)

    def become(self, *screens: ScreenNow) -> None:
        """Other screens are there."""
        self._now = list(screens)
        self.changed.emit()


def _screen(name: str, area: QRect) -> ScreenNow:
    return ScreenNow(name, area, area, "", "", name)


_LAPTOP = _screen("the laptop", QRect(0, 0, 1366, 768))
_PROJECTOR = _screen("the projector", QRect(1366, 0, 1920, 1080))


def rehearse_mishaps(
    application: QApplication, folder: Path, *, attendees: int, seed: int, tell: Tell
) -> Mishaps:
    """Plays them into `folder`. Refused where an event that is no rehearsal stands there."""
    from ui.mishap_page import draw_page, page_text
    from ui.rehearse import make_way

    began = time.monotonic()
    make_way(folder / EVENT)
    keeper = ThemeKeeper.of_application() or ThemeKeeper(application, "light")
    with tempfile.TemporaryDirectory() as place:
        day = _Day(folder, Path(place), attendees, seed, tell)
        try:
            found = day.play(began)
        finally:
            day.close()
    (folder / PAGE).write_text(page_text(found), "utf-8")
    before = keeper.choice
    keeper.choose("light")
    picture = draw_page(found)
    keeper.choose(before)
    if not picture.save(str(folder / PICTURE)):
        raise Trouble(f"The picture {PICTURE} could not be written.", "", "Make room.")
    return found


class _Day:
    """The day on which everything goes wrong."""

    def __init__(self, folder: Path, place: Path, attendees: int, seed: int, tell: Tell) -> None:
        self._folder, self._place, self._tell = folder, place, tell
        self._path = folder / EVENT
        held_on = sample_date()
        self._clocks = HandClocks(datetime(held_on.year, held_on.month, held_on.day, 8, 2,
                                           tzinfo=UTC))  # fmt: skip
        self._app: EventApp | None = make_sample_event(
            self._path, attendees=attendees, seed=seed, held_on=held_on, clocks=self._clocks
        )
        self._seed = seed
        self._ledger = Ledger()
        self._coming: list[str] = []
        #: how many guests come at a time
        self._crowd = 1
        self._mishaps: list[Mishap] = []
        self._copied = 0
        self._files = [EVENT, PAGE, PICTURE]

    @property
    def app(self) -> EventApp:
        """The open event."""
        assert self._app is not None
        return self._app

    def close(self) -> None:
        """Lets go of the event."""
        app, self._app = self._app, None
        if app is not None:
            app.close()

    def play(self, began: float) -> Mishaps:
        """Everything, in its order."""
        self._tell("The doors open …")
        day = SampleDay(self.app, self._clocks, self._seed)
        day.publish()
        day.mix()
        day.wait_until(9)
        self.app.programme.start()
        self._coming = [person.ticket for person in day.expected]
        random.Random(self._seed).shuffle(self._coming)
        people = len(self.app.people.all())
        self._wait_until(9, 10)
        self._crowd = max(len(self._coming) // 12, 1)
        self._guests(2 * self._crowd)
        for act in (self._power_cut, self._stick, self._clock, self._projector, self._paper,
                    self._evacuation):  # fmt: skip
            self._mishaps.append(act())
        self._tell("Comparing …")
        self.close()
        with open_event(self._path, self._clocks) as app:
            lost = self._ledger.lost_in(app)
            problems = tuple(one.what for one in app.health.check().problems)
        in_copy = self._lost_in_copy()
        return Mishaps(
            EVENT, people, tuple(self._mishaps), len(self._ledger.lines), lost, self._copied,
            in_copy, problems, tuple(self._files), round(time.monotonic() - began, 1),
        )  # fmt: skip

    # -- the mishaps ----------------------------------------------------------------------------

    def _power_cut(self) -> Mishap:
        """The process is killed between the raw scan and its verdict."""
        self._tell("09:20, a power cut in the middle of a scan …")
        self._wait_until(9, 20)
        codes = self._next(5)
        caught = codes[-1]
        self.close()
        self._desk("die", codes, dies=True)
        began = time.monotonic()
        # Somebody starts the program again and scans the same ticket.
        answers = self._desk("live", [caught])
        seconds = time.monotonic() - began
        self._app = open_event(self._path, self._clocks)
        self._clocks.advance(60)
        unanswered = [one for one in self.app.checkin.log(None)
                      if one.raw == caught and not one.outcome]  # fmt: skip
        again = answers[0][1] if answers else "nothing"
        kept = "was kept as it came" if len(unanswered) == 1 else "was not kept"
        return self._done(
            "09:20", "Power cut in the middle of a scan",
            f"The program was killed while it judged a ticket: the scan {kept}, half a check-in "
            "is none.",
            f"Started again, the same ticket was answered with “{again}”.", seconds,
            extra=(len(unanswered) != 1) + (again != "welcome"),
        )  # fmt: skip

    def _stick(self) -> Mishap:
        """The folder of the copies disappears, and comes back."""
        self._tell("09:40, the stick is pulled out …")
        self._wait_until(9, 40)
        stick, pocket = self._place / "stick", self._place / "pocket"
        stick.mkdir()
        copies = CopyService(self.app.database, self._clocks, CopyPlaces(self._place / "c.json"))
        copies.choose(stick)
        copies.make()
        self._guests(self._crowd)
        stick.rename(pocket)
        self._clocks.advance(300)
        try:
            copies.make()
            said = "nothing was said"
        except Trouble as trouble:
            said = str(trouble).split(". ", 1)[0]
        self._guests(self._crowd)  # check-in goes on without it
        pocket.rename(stick)
        self._clocks.advance(300)
        began = time.monotonic()
        made = copies.make()
        seconds = time.monotonic() - began
        self._copied = len(self._ledger.lines)
        shutil.copyfile(made.path, self._place / "newest.facilitator")
        lost = self._lost_in_copy()
        return self._done(
            "09:40", "The stick with the copies is pulled out",
            f"One sentence: “{said}.” Check-in went on.",
            "Put back, the next copy was written and checked; it holds "
            f"{counted(self._copied - lost, 'answer')} of {self._copied}.", seconds,
            extra=lost + (said == "nothing was said"),
        )  # fmt: skip

    def _clock(self) -> Mishap:
        """Somebody sets the clock back by an hour; later it is put right."""
        self._tell("10:00, the clock jumps …")
        self._wait_until(10)
        judge = LaptopJudge(self.app.event.get().zone)
        judge.look(Reading(self._clocks.now(), self._clocks.steady()))
        before = self._remaining()
        self._clocks.step_wall(-3600)
        began = time.monotonic()
        said = judge.look(Reading(self._clocks.now(), self._clocks.steady()))
        self._guests(1, gap=0)
        seconds = time.monotonic() - began
        moved = abs(self._remaining() - before)
        self._clocks.step_wall(3600)
        self._guests(self._crowd)
        sentence = said[0].text.split(": see", 1)[0] if said else "Nothing was said"
        return self._done(
            "10:00", "The laptop’s clock jumps back by an hour",
            f"{sentence}. The running session moved by {counted(round(moved), 'second')}.",
            "The next guest was answered as always; it is said within 20 seconds of the jump.",
            seconds, extra=(not said) + (moved >= 1),
        )  # fmt: skip

    def _projector(self) -> Mishap:
        """The room display's screen is unplugged, and plugged in again."""
        self._tell("10:30, the projector is gone …")
        self._wait_until(10, 30)
        settings = LaptopSettings(self._place / "settings.json")
        screens = _Bench(_LAPTOP, _PROJECTOR)
        keeper = RoomKeeper(settings, self._clocks, screens=screens)
        heard: list[tuple[str, str]] = []
        keeper.said.connect(lambda mood, words: heard.append((mood, words)))
        try:
            self.app.room.show(Face.WELCOME)
            keeper.show_picture(self.app.room.picture())
            keeper.open(None)
            window = keeper.window
            assert window is not None
            before = window.grab().toImage()
            screens.become(_LAPTOP)
            away = not window.isVisible()
            self._guests(self._crowd)
            began = time.monotonic()
            screens.become(_LAPTOP, _PROJECTOR)
            back = keeper.is_on_projector and window.geometry() == _PROJECTOR.area
            same = window.grab().toImage() == before
            seconds = time.monotonic() - began
        finally:
            keeper.shut_down()
            keeper.deleteLater()
        return self._done(
            "10:30", "The projector is unplugged",
            ("The room display went out of sight" if away else "The room display stayed")
            + ", not onto the laptop’s own screen, and it was said once.",
            "Plugged in again it came back by itself, and showed "
            + ("the same." if same else "something else."), seconds,
            extra=(not away) + (not back) + (not same) + (len(heard) != 2),
        )  # fmt: skip

    def _paper(self) -> Mishap:
        """Ten guests were ticked on paper while the laptop was away."""
        self._tell("10:45, ten arrivals from paper …")
        self._wait_until(10, 45)
        entry = self.app.paper_entry
        about = entry.about("10:30")
        people = {person.ticket: person for person in self.app.people.all()}
        codes = self._next(10)
        began = time.monotonic()
        entered: list[UUID] = []
        for code in codes:
            person = people[code]
            self._clocks.advance(3)
            answer = entry.enter(person.id, about, typed=f"paper {person.ticket}")
            self._ledger.add(f"paper {person.ticket}", answer.verdict.outcome)
            entered.append(person.id)
        seconds = time.monotonic() - began
        here = {person.id for person in self.app.people.all() if person.is_here}
        missing = len(set(entered) - here)
        return self._done(
            "10:45", f"{counted(len(entered), 'arrival')} on paper",
            "While the laptop was away guests were ticked on the printed list, “about 10:30”.",
            f"All were entered; {len(entered) - missing} of {len(entered)} stand as here, each "
            "marked as from paper.", seconds, extra=missing,
        )  # fmt: skip

    def _evacuation(self) -> Mishap:
        """Everybody out: the roll must name all who are inside, and nobody else."""
        self._tell("11:40, an evacuation …")
        self._guests(self._crowd)
        self._wait_until(11, 40)
        inside = {person.id for person in self.app.people.all() if person.is_here}
        leavers = sorted(inside)[: min(3, len(inside) - 1)]
        for someone in leavers:
            self._clocks.advance(5)
            self.app.checkin.leave(someone, At(DESK))
        expected = self._ledger.admitted - len(leavers)
        began = time.monotonic()
        roll = self.app.roll.read()
        seconds = time.monotonic() - began
        path = self._folder / "roll.pdf"
        write_roll(roll, path)
        self._files.append(path.name)
        wrong = abs(len(roll.people) - expected)
        return self._done(
            "11:40", "Evacuation",
            f"{counted(self._ledger.admitted, 'guest')} had been let in, "
            f"{counted(len(leavers), 'guest')} had left.",
            f"The roll named {len(roll.people)} of {expected} who are inside; printed, it is "
            "in roll.pdf.", seconds, extra=wrong,
        )  # fmt: skip

    # -- pieces ---------------------------------------------------------------------------------

    def _done(
        self, at: str, name: str, happened: str, recovered: str, seconds: float, *, extra: int = 0
    ) -> Mishap:
        """`extra` counts what went wrong besides lost answers: it is never hidden."""
        lost = self._ledger.lost_in(self.app) + extra
        answered = len(self._ledger.lines)
        return Mishap(at, name, happened, recovered, seconds, answered, lost)

    def _lost_in_copy(self) -> int:
        """How many of the answers given before the newest copy it does not hold. The copy itself
        is left alone: another one of it is opened."""
        newest = self._place / "newest.facilitator"
        look = self._place / "look.facilitator"
        shutil.copyfile(newest, look)
        with open_event(look, self._clocks) as app:
            return self._ledger.lost_in(app, first=self._copied)

    def _desk(self, how: str, codes: Sequence[str], *, dies: bool = False) -> list[tuple[str, str]]:
        """A desk as a process of its own; its answers, which the ledger keeps too."""
        words = [str(self._path), self._clocks.now().isoformat(), how, *codes]
        done = subprocess.run(
            [sys.executable, "-m", "facilitator.mishap_desk", *words],
            capture_output=True, text=True, check=False, timeout=_PATIENCE,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if (done.returncode == 0) == dies:
            raise Trouble("The desk of the rehearsal did not do as it should.",
                          done.stderr.strip()[-200:], "Try again.")  # fmt: skip
        found = [json.loads(line) for line in done.stdout.splitlines()]
        answers = [(one["code"], one["outcome"]) for one in found]
        for code, outcome in answers:
            self._ledger.add(code, outcome)
        return answers

    def _guests(self, number: int, *, gap: float = 11.0) -> None:
        """Some guests come."""
        for code in self._next(number):
            self._clocks.advance(gap)
            answer = self.app.checkin.scan(code, At(DESK))
            if answer is not None:
                self._ledger.add(code, answer.verdict.outcome)

    def _next(self, number: int) -> list[str]:
        taken, self._coming = self._coming[:number], self._coming[number:]
        return taken

    def _remaining(self) -> float:
        return self.app.programme.state().board.state.remaining

    def _wait_until(self, hour: int, minute: int = 0) -> None:
        now = self._clocks.now()
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        self._clocks.advance(max((then - now) / timedelta(seconds=1), 0))
