"""Follow-up lists: for each person whom they met, for each borough who agreed to be kept in touch,
as csv, vCards and calendar reminders, and a pack of what the borough has to do and could copy.

Whoever is in one of these files, or in a file's name, came and agreed.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from facilitator.documents.exports_files import csv_bytes, fill_folder
from facilitator.documents.page import write_document
from facilitator.documents.report_blocks import Block, Grid, Heading, Para, Report
from facilitator.documents.report_figures import DayFigures, NoteFigure
from facilitator.documents.report_notes import action_order, due_words, owner_words
from facilitator.documents.report_pdf import write_report_pdf
from facilitator.domain.text import counted, fold, listed

COLUMNS = ("name", "title", "given_name", "family_name", "role", "organisation", "side", "borough",
           "email")  # fmt: skip
#: what is said of a meeting; `beside`: seat partners, people of the two sides next to each other
MET = ("rounds", "tables", "beside")
NOT_SAID = "Borough not said"
#: when people are reminded to write, in days after the event
REMINDERS = (30, 90)
#: what is in the folder; the next export into it takes away what it does not make again
CONTENTS = "contents.csv"
PEOPLE = "people"
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who came and agreed to be kept in touch."""

    title: str
    given_name: str
    family_name: str
    role: str
    organisation: str
    side: str
    borough: str
    email: str

    @property
    def name(self) -> str:
        """The given, then the family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def full_name(self) -> str:
        """With the title in front."""
        return f"{self.title} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody whom a person met: in which rounds, at which tables, and whether as the person
    beside them."""

    contact: Contact
    rounds: tuple[int, ...]
    tables: tuple[str, ...]
    beside: bool


@dataclass(frozen=True, slots=True)
class PersonList:
    """One person and whom they met; seat partners first."""

    key: UUID
    contact: Contact
    met: tuple[Met, ...]


@dataclass(frozen=True, slots=True)
class BoroughList:
    """One borough: how many came, and those of them who agreed."""

    borough: str
    came: int
    contacts: tuple[Contact, ...]
    #: whom each of them met
    people: tuple[PersonList, ...] = ()

    @property
    def file_name(self) -> str:
        """The borough as a file's name: "hammersmith-and-fulham"."""
        return _slug(self.borough) or "borough"


def write_follow_up(
    path: Path, lists: Sequence[BoroughList], figures: DayFigures
) -> tuple[str, ...]:  # fmt: skip
    """Fill the folder `path`; returns the names of the files in it.

    For each borough where somebody agreed: a csv and vCards of them, a csv of who met whom, and
    reminders; for each borough that has people, actions or bright spots a pack. In the folder
    "people": for each person who agreed the csv, vCards and reminders of those they met who
    agreed. What an earlier export into this folder made and this one does not is taken away, so
    that nobody stays in it who no longer agrees. Raises what `fill_folder` raises.
    """
    contents: list[tuple[str, str, str, int]] = []
    earlier = _earlier(path)

    def make(folder: Path) -> None:
        taken: set[str] = set()
        for one in lists:
            contents.extend(_write_borough(folder, _free(one.file_name, taken), one, figures))
        taken.clear()
        people = sorted(
            {person.key: person for one in lists for person in one.people}.values(),
            key=lambda p: (fold(p.contact.family_name), fold(p.contact.given_name), str(p.key)),
        )
        if any(person.met for person in people):
            (folder / PEOPLE).mkdir(mode=0o700)
        for person in people:
            if person.met:
                stem = _free(_slug(person.contact.name) or "person", taken)
                contents.extend(_write_person(folder, stem, person, figures))
        head = ("file", "for", "email", "people")
        _put(folder / CONTENTS, csv_bytes(head, contents))

    fill_folder(path, make)
    names = [CONTENTS, *(name for name, *_ in contents)]
    _take_away(path, earlier - set(names))
    return tuple(sorted(names))


def _write_borough(
    folder: Path, stem: str, one: BoroughList, figures: DayFigures
) -> list[tuple[str, str, str, int]]:
    made: list[tuple[str, str, str, int]] = []

    def put(ending: str, data: bytes, many: int) -> None:
        _put(folder / f"{stem}{ending}", data)
        made.append((f"{stem}{ending}", one.borough, "", many))

    if one.contacts:
        many = len(one.contacts)
        put(".csv", csv_bytes(COLUMNS, [_row(contact) for contact in one.contacts]), many)
        put(".vcf", cards(one.contacts), many)
        put(".ics", _borough_calendar(one, figures), many)
    pairs = [
        (*_row(person.contact), *_row(met.contact), *_met(met))
        for person in one.people
        for met in person.met
    ]
    if pairs:
        columns = (*COLUMNS, *(f"met_{name}" for name in COLUMNS), *MET)
        put("-met.csv", csv_bytes(columns, pairs), len(one.people))
    pack = borough_pack(one, figures)
    write_report_pdf(folder / f"{stem}-pack.pdf", pack, figures.made_at)
    made.append((f"{stem}-pack.pdf", one.borough, "", len(one.contacts)))
    return made


def _write_person(
    folder: Path, stem: str, person: PersonList, figures: DayFigures
) -> list[tuple[str, str, str, int]]:
    rows = [(*_row(met.contact), *_met(met)) for met in person.met]
    contact, name = person.contact, f"{PEOPLE}/{stem}"
    _put(folder / f"{name}.csv", csv_bytes((*COLUMNS, *MET), rows))
    _put(folder / f"{name}.vcf", cards([met.contact for met in person.met]))
    _put(folder / f"{name}.ics", _person_calendar(person, figures))
    many = len(person.met)
    return [
        (f"{name}{end}", contact.full_name, contact.email, many) for end in (".csv", ".vcf", ".ics")
    ]


def _row(contact: Contact) -> tuple[str, ...]:
    return (
        contact.name, contact.title, contact.given_name, contact.family_name, contact.role,
        contact.organisation, contact.side, contact.borough, contact.email,
    )  # fmt: skip


def _met(met: Met) -> tuple[str, str, str]:
    return ("; ".join(map(str, met.rounds)), "; ".join(met.tables), "yes" if met.beside else "no")


# --- files ----------------------------------------------------------------------------------------


def _slug(text: str) -> str:
    return fold(text).replace(" ", "-")[:60].strip("-")


def _free(stem: str, taken: set[str]) -> str:
    """The stem, numbered where another has it; "-pack" and "-met" are endings of ours."""
    found, number = stem, 1
    while {found, f"{found}-met", f"{found}-pack"} & taken:
        number += 1
        found = f"{stem}-{number}"
    taken |= {found, f"{found}-met", f"{found}-pack"}
    return found


def _put(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read. They come by the hundred, in a folder that is put
    in its place as a whole: none waits for the disk."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)


def _earlier(path: Path) -> set[str]:
    """What the export before put into the folder, by its own list."""
    try:
        with (path / CONTENTS).open(encoding="utf-8-sig", newline="") as file:
            names = {row.get("file") or "" for row in csv.DictReader(file)}
    except (OSError, UnicodeDecodeError, csv.Error):
        return set()
    return {name for name in names if _ours(name)}


def _ours(name: str) -> bool:
    stem, _, ending = name.removeprefix(f"{PEOPLE}/").rpartition(".")
    return bool(re.fullmatch(r"[a-z0-9-]+", stem)) and ending in {"csv", "vcf", "ics", "pdf"}


def _take_away(path: Path, names: Iterable[str]) -> None:
    for name in names:
        (path / name).unlink(missing_ok=True)
    with suppress(OSError):  # only where nothing is left in it
        (path / PEOPLE).rmdir()


# --- vCards ---------------------------------------------------------------------------------------


def write_cards(path: Path, contacts: Sequence[Contact]) -> Path:
    """Write vCards (version 3.0, which every address book reads), one a person."""
    return write_document(path, lambda target: target.write_bytes(cards(contacts)))


def cards(contacts: Sequence[Contact]) -> bytes:
    """The vCards of these people."""
    return "".join(_card(contact) for contact in contacts).encode()


def _card(contact: Contact) -> str:
    parts = (contact.family_name, contact.given_name, "", contact.title)
    lines = [
        "BEGIN:VCARD", "VERSION:3.0",
        f"N:{';'.join(map(_escaped, parts))};",
        f"FN:{_escaped(contact.full_name)}",
    ]  # fmt: skip
    if contact.organisation:
        lines.append(f"ORG:{_escaped(contact.organisation)}")
    if contact.role:
        lines.append(f"TITLE:{_escaped(contact.role)}")
    if contact.email:
        lines.append(f"EMAIL;TYPE=INTERNET:{_escaped(contact.email)}")
    lines += [f"CATEGORIES:{_escaped(contact.borough)}", "END:VCARD"]
    return "".join(_folded(line) + "\r\n" for line in lines)


def _escaped(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", r"\\n", re.sub(r"([\\,;])", r"\\\1", text))


def _folded(line: str) -> str:
    """At most 75 bytes a line; a continuation begins with a space and no letter is cut in two."""
    parts, part, size = [], "", 0
    for char in line:
        wide = len(char.encode())
        if size + wide > 74:
            parts.append(part)
            part, size = "", 1
        part += char
        size += wide
    return "\r\n ".join([*parts, part])


# --- reminders ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    title: str
    due: date
    description: str


def _person_calendar(person: PersonList, figures: DayFigures) -> bytes:
    """ "Write to Dr Priya Raman and 4 others", 30 and 90 days after the event."""
    names = [met.contact.full_name for met in person.met]
    lines = [
        _line(met.contact) + (", beside you" if met.beside else "") for met in person.met
    ]  # fmt: skip
    return _calendar(figures, [
        _Entry(f"write-{days}-{person.key}", f"Write to {_few(names)}",
               figures.held_on + timedelta(days=days),
               f"You met at {figures.name}, and all agreed to be kept in touch:\n"
               + "\n".join(lines))
        for days in REMINDERS
    ])  # fmt: skip


def _borough_calendar(one: BoroughList, figures: DayFigures) -> bytes:
    """When to write to the people of a borough, and its actions that have a date."""
    people = counted(len(one.contacts), "person", "people")
    text = "\n".join(_line(contact) for contact in one.contacts)
    entries = [
        _Entry(f"write-{days}-{_slug(one.borough)}", f"Write to the {people} of {one.borough}"
               if one.borough != NOT_SAID else f"Write to the {people} without a borough",
               figures.held_on + timedelta(days=days), f"They agreed at {figures.name}:\n{text}")
        for days in REMINDERS
    ]  # fmt: skip
    entries += [
        _Entry(f"action-{action.id}", f"Due: {action.text}", action.due, owner_words(action))
        for action in figures.actions
        if action.due is not None and not action.done and one.borough in action.boroughs
    ]
    return _calendar(figures, entries)


def _line(contact: Contact) -> str:
    parts = (contact.full_name, contact.role, contact.organisation, contact.email)
    return ", ".join(part for part in parts if part)


def _few(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return listed([*names[:_NAMED], *([counted(more, "other")] if more > 0 else [])])


def _calendar(figures: DayFigures, entries: Iterable[_Entry]) -> bytes:
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Facilitator//Follow-up//EN")
    calendar.add("version", "2.0")
    for one in entries:
        entry: Any = Event()
        entry.add("uid", f"{one.key}@{figures.event_id}.facilitator")
        entry.add("dtstamp", figures.made_at.astimezone(UTC).replace(microsecond=0))
        entry.add("dtstart", one.due)
        entry.add("dtend", one.due + timedelta(days=1))
        entry.add("summary", one.title)
        entry.add("description", one.description)
        entry.add("transp", "TRANSPARENT")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", one.title)
        alarm.add("trigger", timedelta(hours=9))
        entry.add_component(alarm)
        calendar.add_component(entry)
    return calendar.to_ical()


# --- the pack -------------------------------------------------------------------------------------


def borough_pack(one: BoroughList, figures: DayFigures) -> Report:
    """What a borough takes home: who agreed, what it has to do, what it could copy."""
    blocks: list[Block] = [
        Para(
            f"{counted(one.came, 'person', 'people')} came from here; {len(one.contacts)} agreed "
            "to be kept in touch, and only they are named.",
            lead=True,
        )
    ]
    if one.contacts:
        sides = {side.key: side.shown for side in figures.sides}
        rows = tuple(
            (
                c.full_name, ", ".join(p for p in (c.role, c.organisation) if p),
                sides.get(c.side, ""), c.email,
            )
            for c in one.contacts
        )  # fmt: skip
        blocks += [
            Heading("People who agreed to be kept in touch"),
            Grid(("Name", "Role and organisation", "Side", "E-mail"), rows, (1.5, 2.2, 1.2, 2.1)),
        ]
    actions = sorted((a for a in figures.actions if one.borough in a.boroughs), key=action_order)
    blocks.append(Heading("Actions for this borough"))
    if actions:
        rows = tuple((a.text, owner_words(a), due_words(a)) for a in actions)
        blocks.append(Grid(("What", "Who", "By when"), rows, (3.6, 1.6, 1.3)))
    else:
        blocks.append(Para("No action names this borough."))
    here = [spot for spot in figures.bright_spots if _is_in(spot, one.borough)]
    others = [spot for spot in figures.bright_spots if spot not in here]
    for title, spots in (("Bright spots here", here), ("Bright spots elsewhere, to copy", others)):
        if spots:
            blocks.append(Heading(title))
            rows = tuple((s.text, s.where or ", ".join(s.boroughs), s.ask or s.who) for s in spots)
            blocks.append(Grid(("What", "Where", "Ask"), rows, (3.6, 1.5, 1.5)))
    return Report(
        f"Borough pack for {figures.name}", one.borough,
        " · ".join(p for p in (figures.name, figures.date_words) if p), tuple(blocks),
        "Names and addresses are inside. Only those who agreed are in it.",
    )  # fmt: skip


def _is_in(note: NoteFigure, borough: str) -> bool:
    return borough in note.boroughs or fold(borough) in fold(note.where)
