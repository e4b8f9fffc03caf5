"""What is sent to people before the day: a code as PNG and SVG, a draft of a letter, one list.

Nothing is sent from here. A draft holds the code as a picture and as text, and the day as a
calendar file. What people typed can neither leave the folder nor become a header of a letter.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from pathlib import Path

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from facilitator.documents.page import Occasion, ready_folder, write_document
from facilitator.documents.qr import qr_png, qr_svg
from facilitator.documents.spreadsheet import write_csv
from facilitator.domain.errors import Refused
from facilitator.domain.text import clean, clean_lines, fold

HEADER = ("name", "title", "given_name", "family_name", "email", "ticket", "picture")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+\.[^\s@<>()\[\],;:\\\"]+")
_FIELD = re.compile(r"\{([a-z_]*)\}")


@dataclass(frozen=True, slots=True)
class TicketPerson:
    """Somebody who is expected, and their ticket."""

    given_name: str
    family_name: str
    ticket: str
    title: str = ""
    email: str = ""

    @property
    def name(self) -> str:
        """The given, then the family name."""
        return " ".join(part for part in (self.given_name, self.family_name) if part)


@dataclass(frozen=True, slots=True)
class TicketDay:
    """The day as the letter and the calendar file tell it."""

    occasion: Occasion
    #: when it begins and ends, with their zone; unknown where the event has no programme yet
    starts: datetime | None = None
    ends: datetime | None = None
    #: the same for every copy of the calendar file, so that a second one replaces the first
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """The letter. Fields in braces: {name}, {given_name}, {event}, {day}, {time}, {venue},
    {ticket}."""

    subject: str
    body: str

    @property
    def text(self) -> str:
        """Subject and letter as one text, as `read_wording` takes it."""
        return f"Subject: {self.subject}\n\n{self.body}"


_SUBJECT = "subject:"


def read_wording(text: str, ours: Wording) -> Wording:
    """A letter from text. A first line "Subject: …" is its subject; nothing is our letter."""
    if not text.strip():
        return ours
    first, _, rest = text.lstrip().partition("\n")
    if first.lower().startswith(_SUBJECT):
        return Wording(first[len(_SUBJECT) :].strip() or ours.subject, rest.strip() or ours.body)
    return Wording(ours.subject, text.strip())


DEFAULT_WORDING = Wording(
    "Your ticket for {event}",
    "Dear {given_name},\n\n"
    "We look forward to seeing you at {event}.\n\n"
    "When: {day}{time}\n"
    "Where: {venue}\n\n"
    "Please bring this code, on your phone or on paper. It is yours alone, and gets you in "
    "quickly:\n\n"
    "{ticket}\n\n"
    "Should you not be able to come, please tell us, so that your place at the table can go to "
    "somebody else.",
)


@dataclass(frozen=True, slots=True)
class TicketsWritten:
    """What came of it: how many people, where the list is (None where nobody was new), who has no
    usable address, for how many there was one already, and how many were left when it was stopped.
    """

    people: int
    list_path: Path | None
    without_address: tuple[str, ...]
    before: int = 0
    left: int = 0


def file_stem(person: TicketPerson) -> str:
    """A file name for one person, without its ending: their name for people, and the ticket's
    token, so that two can never be the same nor lead out of the folder."""
    words = fold(f"{person.family_name} {person.given_name}").replace(" ", "-")[:40].strip("-")
    parts = person.ticket.split("-")
    token = parts[2] if len(parts) == 4 else ""
    if not re.fullmatch(r"[0-9A-Z]{8,32}", token):
        token = hashlib.sha256(person.ticket.encode()).hexdigest()[:24]
    return "-".join(part for part in (words, token) if part)


def fill_wording(wording: Wording, person: TicketPerson, day: TicketDay) -> Wording:
    """The letter to one person. Refused where the wording has a field that there is not."""
    occasion = day.occasion
    times = ""
    if day.starts:
        times = f", {day.starts:%H:%M}" + (f" to {day.ends:%H:%M}" if day.ends else "")
    values = {
        "name": clean(" ".join(part for part in (person.title, person.name) if part)),
        "given_name": clean(person.given_name or person.name),
        "event": clean(occasion.event),
        "day": occasion.day_in_words,
        "time": times,
        "venue": clean(occasion.venue) or "to be announced",
        "ticket": person.ticket,
    }
    return Wording(
        clean(fill_fields(wording.subject, values)), clean_lines(fill_fields(wording.body, values))
    )


def fill_fields(text: str, values: Mapping[str, str]) -> str:
    """`text` with each field in braces filled. Refused for a field that there is not."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise Refused(
                f"The letter's wording has a field {match[0]} that there is not.",
                "Nothing was written.",
                "Use: " + ", ".join(f"{{{name}}}" for name in values) + ".",
            )
        return values[match[1]]

    return _FIELD.sub(value, text)


def write_tickets(
    folder: Path,
    people: Sequence[TicketPerson],
    day: TicketDay,
    wording: Wording = DEFAULT_WORDING,
    progress: Callable[[int, int], object] | None = None,
    before: int = 0,
) -> TicketsWritten:
    """Fill `folder`, made where it is missing, with tickets.csv and three files a person.

    `progress` is told (done, of), and stops the work where it answers False; the list then names
    those that are done. `before`: for so many others there are tickets already. Refused where
    there is nobody or the wording has an unknown field; otherwise raises what `write_document`
    raises. A list that is there was made last, so all its pictures are.
    """
    if not people:
        raise Refused("There is nobody to make a ticket for.", "Nothing was written.")
    fill_wording(wording, people[0], day)
    folder = ready_folder(folder)
    calendar = calendar_file(day)
    rows: list[tuple[str, ...]] = []
    without: list[str] = []
    for number, person in enumerate(people, 1):
        stem = file_stem(person)
        picture = qr_png(person.ticket)
        address = address_of(person.name, person.email)
        if address is None:
            without.append(person.name)
        letter = draft(person, address, fill_wording(wording, person, day), picture, calendar)
        for ending, content in (
            (".png", picture),
            (".svg", qr_svg(person.ticket).encode()),
            (".eml", letter),
        ):
            _write(folder / f"{stem}{ending}", content)
        rows.append(
            (
                person.name, person.title, person.given_name, person.family_name, person.email,
                person.ticket, f"{stem}.png",
            )
        )  # fmt: skip
        told = number % 20 == 0 or number == len(people)
        if progress is not None and told and progress(number, len(people)) is False:
            break
    written = write_csv(folder / "tickets.csv", HEADER, rows)
    return TicketsWritten(len(rows), written, tuple(without), before, len(people) - len(rows))


def _write(path: Path, content: bytes) -> None:
    write_document(path, lambda beside: beside.write_bytes(content), is_durable=False)


def address_of(name: str, email: str) -> Address | None:
    """Where a letter goes, or None where what was typed is no address."""
    text = clean(email)
    if text != email.strip() or not _ADDRESS.fullmatch(text) or not text.isascii():
        return None
    try:
        return Address(clean(name), addr_spec=text)
    except (ValueError, HeaderParseError):
        return None


def draft(
    person: TicketPerson,
    address: Address | None,
    letter: Wording,
    picture: bytes,
    calendar: bytes,
) -> bytes:
    """One letter as the bytes of an .eml file, unsent, that a mail program opens as a draft."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = clean(letter.subject)
    if address is not None:
        message["To"] = address
    message["X-Unsent"] = "1"
    message.set_content(letter.body + "\n")
    message.add_alternative(_html(letter, person.ticket), subtype="html")
    html = next(part for part in message.iter_parts() if part.get_content_subtype() == "html")
    if isinstance(html, EmailMessage):
        html.add_related(
            picture, "image", "png", cid="<ticket>", filename="ticket.png", disposition="inline"
        )
    if calendar:
        message.add_attachment(calendar, "text", "calendar", filename="day.ics")
    return message.as_bytes()


def _html(letter: Wording, ticket: str) -> str:
    """The letter for mail programs that show pictures: the code stands where its text does."""
    picture = (
        '<img src="cid:ticket" width="231" height="231" '
        f'alt="The QR code of your ticket {escape(ticket)}"><br>'
        f'<span style="font-family:monospace;font-size:15px">{escape(ticket)}</span>'
    )
    paragraphs: list[str] = []
    shown = False
    for block in re.split(r"\n{2,}", letter.body):
        if block.strip() == ticket:
            shown = True
            paragraphs.append(f"<p>{picture}</p>")
        else:
            paragraphs.append("<p>" + escape(block).replace("\n", "<br>\n") + "</p>")
    if not shown:
        paragraphs.append(f"<p>{picture}</p>")
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>{escape(letter.subject)}</title></head>\n"
        '<body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#0B1F33;'
        'background:#FFFFFF">\n' + "\n".join(paragraphs) + "\n</body></html>\n"
    )


def calendar_file(day: TicketDay) -> bytes:
    """The day as an .ics file; nothing where even the day is not known."""
    occasion = day.occasion
    if day.starts is None and occasion.day is None:
        return b""
    calendar = Calendar()
    calendar.add("prodid", "-//Facilitator//Tickets//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = CalendarEvent()
    uid = day.uid or hashlib.sha256(occasion.line.encode()).hexdigest()[:32]
    event.add("uid", f"{uid}@facilitator")
    event.add("summary", clean(occasion.event))
    if occasion.venue:
        event.add("location", clean(occasion.venue))
    event.add("dtstamp", occasion.printed.astimezone(UTC))
    if day.starts is not None:
        event.add("dtstart", day.starts.astimezone(UTC))
        event.add("dtend", (day.ends or day.starts + timedelta(hours=1)).astimezone(UTC))
    elif occasion.day is not None:
        event.add("dtstart", occasion.day)
        event.add("dtend", occasion.day + timedelta(days=1))
    calendar.add_component(event)
    return calendar.to_ical()
