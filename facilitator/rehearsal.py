"""The script of the sample day: what people do, hour by hour, through the real services.

The window's rehearsal (`ui/rehearse.py`) plays it on the real screens and takes the pictures.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.hands import Count
from facilitator.domain.hands import Moment as HandsMoment
from facilitator.domain.ids import new_id
from facilitator.domain.notes import Note, NoteContent, NoteKind, NoteVerdict
from facilitator.domain.people import Person, Status
from facilitator.mixing.engine import solve
from facilitator.sample import day

#: counted steps of the engine: the same seed gives the same tables on any machine
MIXING_WORK = 400_000
#: how many of those expected come
SHARE_WHO_COME = 0.92


@dataclass
class SampleDay:
    """One invented day on an event that `make_sample_event` made. Times are wound by hand."""

    app: EventApp
    clocks: HandClocks
    seed: int = 1
    notes: dict[str, Note] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def wait_until(self, hour: int, minute: int = 0) -> None:
        """Time passes until a local time of the day; it never goes back."""
        event = self.app.event.get()
        now = event.local(self.clocks.now())
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        self.clocks.advance(max((then - now).total_seconds(), 0))

    # -- before the day -------------------------------------------------------------------------

    def publish(self) -> None:
        """The programme is published; its times are pinned."""
        self.app.programme.publish()

    def add_wishes(self) -> None:
        """A few hosts who stay, and two colleagues who already share a desk."""
        people = self.expected
        tables = self.app.event.counts()["tables"]
        hosted = [number for number in (1, 3, 7) if number <= tables]
        for number, person in zip(hosted, people, strict=False):
            self.app.wishes.host(person.id, str(number))
        by_organisation: dict[str, list[Person]] = {}
        for person in people[3:]:
            by_organisation.setdefault(person.organisation, []).append(person)
        for colleagues in list(by_organisation.values())[:2]:
            if len(colleagues) > 1:
                self.app.wishes.apart(colleagues[0].id, colleagues[1].id)

    def mix(self, from_round: int = 1) -> None:
        """Mix this round and every later one, and take the seating over."""
        request = self.app.mixing.request(from_round)
        solution = solve(request.problem, told=request.told, work=MIXING_WORK, seed=self.seed)
        self.app.mixing.accept(request, solution.plan)

    # -- people ---------------------------------------------------------------------------------

    @property
    def expected(self) -> list[Person]:
        """Those who are expected and not here yet."""
        return [p for p in self.app.people.all() if p.status is Status.EXPECTED]

    @property
    def cancelled(self) -> list[Person]:
        """Those who cancelled."""
        return [p for p in self.app.people.all() if p.status is Status.CANCELLED]

    def arrivals(self) -> Iterator[str]:
        """The codes that guests show, one after the other, from nine o'clock on; most are the
        tickets of this event, a few the codes that their list brought along."""
        coming = self.expected
        self._chance.shuffle(coming)
        for person in coming[: round(len(coming) * SHARE_WHO_COME)]:
            self.clocks.advance(self._chance.uniform(4, 34))
            own = person.codes and self._chance.random() < 0.15
            yield person.codes[0] if own else person.ticket

    # -- notes ----------------------------------------------------------------------------------

    def take_myth(self, number: int, *, with_after: bool = True) -> Note:
        """The day's myth of that place in the sample, with its hands; a second one goes on."""
        myth = day()["myths"][number]
        note = self._note(myth["claim"], NoteKind.MYTH, NoteContent(
            text=myth["claim"], side=myth["raised_by"], themes=tuple(myth["themes"]),
            table=self._some_table(), reality=myth["reality"], room_line=myth["room_line"],
            evidence=myth["evidence"], why=myth["why"],
            verdict=_verdict(myth["verdict"]) if with_after else None,
        ))  # fmt: skip
        moments = [HandsMoment.BEFORE] + ([HandsMoment.AFTER] if with_after else [])
        for moment in moments:
            shown = {s: Count(*self._scaled(s, c)) for s, c in myth[moment.value].items()}
            if shown:
                self.app.hands.show(note.id, moment, shown)
        return self.app.notes.get(note.id)

    def take_the_rest(self) -> None:
        """Bright spots with pledges, pain points and actions."""
        made, event = day(), self.app.event.get()
        for spot in made["bright_spots"]:
            note = self._note(spot["text"], NoteKind.BRIGHT_SPOT, NoteContent(
                text=spot["text"], where=spot["where"], needs=spot["needs"], ask=spot["ask"],
                boroughs=(spot["borough"],), table=self._some_table(),
            ))  # fmt: skip
            if spot is made["bright_spots"][-1]:  # whoever said it agreed to be quoted
                self.app.report_extras.quote(note.id, agreed=True)
            for person in self._some_here(2):
                self.app.pledges.add(new_id(), note.id, attendee_id=person.id)
        for pain in made["pain_points"]:
            self._note(pain["text"], NoteKind.PAIN_POINT, NoteContent(
                text=pain["text"], themes=(pain["theme"],), side=pain["side"],
                table=self._some_table(),
            ))  # fmt: skip
        for action in made["actions"]:
            self._note(action["text"], NoteKind.ACTION, NoteContent(
                text=action["text"], owner=action["owner"], boroughs=tuple(action["boroughs"]),
                due=event.held_on + timedelta(days=action["due_days"]),
            ))  # fmt: skip

    # -- documents ------------------------------------------------------------------------------

    def write_before(self, folder: Path) -> list[Path]:
        """What is printed before the day."""
        app = self.app
        app.badges.write(folder / "badges.pdf")
        app.papers.table_plan(folder / "table-plans.pdf")
        app.papers.surname_list(folder / "find-your-table.pdf")
        app.papers.table_cards(folder / "table-cards.pdf")
        app.papers.running_order(folder / "running-order.pdf")
        return [
            folder / name
            for name in ("badges.pdf", "table-plans.pdf", "find-your-table.pdf", "table-cards.pdf",
                         "running-order.pdf")
        ]  # fmt: skip

    def write_after(self, folder: Path) -> list[Path]:
        """What is sent in the evening."""
        made = []
        for name in ("report.pdf", "report.docx"):
            self.app.report.write(folder / name)
            made.append(folder / name)
        for name in ("day.xlsx", "day.json", "day.md", "day.ics", "csv"):
            self.app.exports.write(folder / name)
            made.append(folder / name)
        self.app.exports.certificates(folder / "certificates.pdf")
        self.app.follow_up.write(_folder(folder / "follow-up"))
        return [*made, folder / "certificates.pdf", folder / "follow-up"]

    # -- internal -------------------------------------------------------------------------------

    def _note(self, key: str, kind: NoteKind, content: NoteContent) -> Note:
        known = self.notes.get(key)
        note_id: UUID = known.id if known else new_id()
        if known is None:
            self.clocks.advance(self._chance.uniform(40, 160))
            taken = self.app.notes.capture(note_id, kind, content)
        else:
            taken = self.app.notes.edit(note_id, content)
        self.notes[key] = taken.note
        return taken.note

    def _scaled(self, side: str, counted: list[int]) -> tuple[int, int]:
        """The sample's hands, of as many as are really here of that side."""
        raised, present = counted
        here = self.app.hands.here().get(side, 0)
        if here >= present or here == 0:
            return raised, present
        return round(raised * here / present), here

    def _some_here(self, number: int) -> list[Person]:
        here = [p for p in self.app.people.all() if p.is_here]
        return self._chance.sample(here, min(number, len(here)))

    def _some_table(self) -> str:
        labels = self.app.notes.choices().tables
        return self._chance.choice(labels) if labels else ""


def _verdict(words: str) -> NoteVerdict:
    return NoteVerdict(words.replace(" ", "-"))


def _folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path


def sample_date() -> date:
    """The day on which the sample event is: a Wednesday."""
    return date(2026, 11, 18)
