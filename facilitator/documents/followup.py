"""Follow-up lists: for each borough who came and agreed to be kept in touch, as csv and vCards, and
a pack of what the borough has to do and could copy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from facilitator.documents.exports_files import fill_folder, write_csv
from facilitator.documents.page import write_document
from facilitator.documents.report_blocks import Block, Grid, Heading, Para, Report
from facilitator.documents.report_figures import DayFigures, NoteFigure
from facilitator.documents.report_notes import action_order, due_words, owner_words
from facilitator.documents.report_pdf import write_report_pdf
from facilitator.domain.text import counted, fold

COLUMNS = ("name", "title", "given_name", "family_name", "role", "organisation", "side", "borough",
           "email")  # fmt: skip
NOT_SAID = "Borough not said"


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


@dataclass(frozen=True, slots=True)
class BoroughList:
    """One borough: how many came, and those of them who agreed."""

    borough: str
    came: int
    contacts: tuple[Contact, ...]

    @property
    def file_name(self) -> str:
        """The borough as a file's name: "hammersmith-and-fulham"."""
        return fold(self.borough).replace(" ", "-") or "borough"


def write_follow_up(
    path: Path, lists: Sequence[BoroughList], figures: DayFigures
) -> tuple[str, ...]:  # fmt: skip
    """Fill the folder `path`; returns the names of the files in it.

    For each borough where somebody agreed a csv and a vCard file; for each borough that has
    people, actions or bright spots a pack. Raises what `fill_folder` raises.
    """
    names: list[str] = []

    def make(folder: Path) -> None:
        for one in lists:
            if one.contacts:
                rows = [_row(contact) for contact in one.contacts]
                write_csv(folder / f"{one.file_name}.csv", COLUMNS, rows)
                write_cards(folder / f"{one.file_name}.vcf", one.contacts)
            pack = borough_pack(one, figures)
            write_report_pdf(folder / f"{one.file_name}-pack.pdf", pack, figures.made_at)
        names.extend(sorted(made.name for made in folder.iterdir()))

    fill_folder(path, make)
    return tuple(names)


def _row(contact: Contact) -> tuple[str, ...]:
    return (
        contact.name, contact.title, contact.given_name, contact.family_name, contact.role,
        contact.organisation, contact.side, contact.borough, contact.email,
    )  # fmt: skip


# --- vCards ---------------------------------------------------------------------------------------


def write_cards(path: Path, contacts: Sequence[Contact]) -> Path:
    """Write vCards (version 3.0, which every address book reads), one a person."""
    text = "".join(_card(contact) for contact in contacts)
    return write_document(path, lambda target: target.write_bytes(text.encode()))


def _card(contact: Contact) -> str:
    parts = (contact.family_name, contact.given_name, "", contact.title)
    lines = [
        "BEGIN:VCARD", "VERSION:3.0",
        f"N:{';'.join(map(_escaped, parts))};",
        f"FN:{_escaped(f'{contact.title} {contact.name}'.strip())}",
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
    return re.sub(r"\r?\n", r"\\n", re.sub(r"([\\,;])", r"\\\1", text))


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
                f"{c.title} {c.name}".strip(), ", ".join(p for p in (c.role, c.organisation) if p),
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
