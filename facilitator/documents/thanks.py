"""Thank-you letters after the day: a draft for each, which a mail program opens unsent."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from pathlib import Path

from facilitator.documents.page import Occasion, ready_folder, write_document
from facilitator.documents.tickets import Wording, address_of, fill_fields
from facilitator.domain.errors import Refused
from facilitator.domain.text import clean, clean_lines, counted, fold

DEFAULT_WORDING = Wording(
    "Thank you for coming to {event}",
    "Dear {given_name},\n\n"
    "Thank you for being with us at {event} on {day}.\n\n"
    "{met}\n\n"
    "We hope that you stay in touch with each other.",
)


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody they sat with who agreed to be named."""

    name: str
    organisation: str = ""

    @property
    def line(self) -> str:
        """ "Ada Larkin, Rye Lane Practice"."""
        return ", ".join(part for part in (clean(self.name), clean(self.organisation)) if part)


@dataclass(frozen=True, slots=True)
class ThankedPerson:
    """Somebody who came, whom they met, and how many more who are not to be named."""

    given_name: str
    family_name: str
    key: str
    title: str = ""
    email: str = ""
    met: tuple[Met, ...] = ()
    others: int = 0

    @property
    def name(self) -> str:
        """The given, then the family name."""
        return " ".join(part for part in (self.given_name, self.family_name) if part)


@dataclass(frozen=True, slots=True)
class ThanksWritten:
    """What came of it: how many drafts, and who has no usable address (no draft is made)."""

    folder: Path
    people: int
    without_address: tuple[str, ...]


def met_words(person: ThankedPerson) -> str:
    """The paragraph of the letter that names whom they met; empty where they sat with nobody."""
    total = len(person.met) + person.others
    if not total:
        return ""
    if not person.met:
        return f"You sat with {counted(total, 'person', 'people')}."
    lines = "\n".join(f"- {one.line}" for one in person.met)
    more = f"\n\nand {counted(person.others, 'other', 'others')}." if person.others else ""
    return f"You sat with:\n\n{lines}{more}"


def fill_thanks(wording: Wording, person: ThankedPerson, occasion: Occasion) -> Wording:
    """The letter to one person. Refused where the wording has a field that there is not."""
    values = {
        "name": clean(f"{person.title} {person.name}"),
        "given_name": clean(person.given_name or person.name),
        "event": clean(occasion.event),
        "day": occasion.day_in_words,
        "venue": clean(occasion.venue),
        "met": met_words(person),
    }
    body = clean_lines(fill_fields(wording.body, values))
    return Wording(clean(fill_fields(wording.subject, values)), re.sub(r"\n{3,}", "\n\n", body))


def write_thanks(
    folder: Path,
    people: Sequence[ThankedPerson],
    occasion: Occasion,
    wording: Wording = DEFAULT_WORDING,
    progress: Callable[[int, int], object] | None = None,
) -> ThanksWritten:
    """Fill `folder`, made where it is missing, with a draft for each who has an address.

    `progress` is told (done, of), and stops the work where it answers False. Refused where there
    is nobody to thank or the wording has an unknown field; otherwise raises what
    `write_document` raises.
    """
    if not people:
        raise Refused("Nobody came yet, so there is nobody to thank.", "Nothing was written.")
    fill_thanks(wording, people[0], occasion)
    folder = ready_folder(folder)
    without: list[str] = []
    written = 0
    for number, person in enumerate(people, 1):
        address = address_of(person.name, person.email)
        if address is None:
            without.append(person.name)
        else:
            letter = fill_thanks(wording, person, occasion)
            message = EmailMessage(policy=SMTP)
            message["Subject"] = letter.subject
            message["To"] = address
            message["X-Unsent"] = "1"
            message.set_content(letter.body + "\n")
            message.add_alternative(_html(letter), subtype="html")
            content = message.as_bytes()
            words = fold(f"{person.family_name} {person.given_name}").replace(" ", "-")[:40]
            name = "-".join(part for part in ("thanks", words.strip("-"), person.key) if part)
            write_document(
                folder / f"{name}.eml",
                lambda beside, content=content: beside.write_bytes(content),
                is_durable=False,
            )
            written += 1
        told = number % 20 == 0 or number == len(people)
        if progress is not None and told and progress(number, len(people)) is False:
            break
    return ThanksWritten(folder, written, tuple(without))


def _html(letter: Wording) -> str:
    paragraphs = [
        "<p>" + escape(block).replace("\n", "<br>\n") + "</p>"
        for block in re.split(r"\n{2,}", letter.body)
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>{escape(letter.subject)}</title></head>\n"
        '<body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#0B1F33;'
        'background:#FFFFFF">\n' + "\n".join(paragraphs) + "\n</body></html>\n"
    )
