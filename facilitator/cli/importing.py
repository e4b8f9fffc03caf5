"""`facilitator import` and `facilitator people`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from facilitator.app import open_event
from facilitator.cli.base import Command, Output, event_argument, json_option
from facilitator.domain.people import Person
from facilitator.domain.text import counted
from facilitator.services.importing import FilePreview, ImportPreview, fields_of_a_list

#: so many skipped rows are told one by one to people; --json names all
TOLD = 12

_FIELDS = fields_of_a_list()


@click.command(
    cls=Command,
    epilog="FIELD is one of: "
    + "; ".join(f"{key} ({what})" for key, what in _FIELDS.items())
    + ".",
)
@event_argument
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=Path)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@click.option(
    "--map", "maps", multiple=True, metavar="HEADER=FIELD",
    help="What a column becomes that was not recognised.",
)  # fmt: skip
@json_option
def import_(
    event: str, files: tuple[Path, ...], dry_run: bool, maps: tuple[str, ...], as_json: bool
) -> None:
    """Bring in attendee lists: CSV, TSV, XLSX or ODS, of a ticketing system or typed by hand.

    All files come in whole or none does. The same list again doubles nobody.
    """
    mapping = dict(_mapping(maps))
    out = Output(as_json)
    with open_event(event) as app:
        if dry_run:
            did = app.importing.preview(files, mapping)
        else:
            did = app.importing.apply(files, mapping).did
    for file in did.files:
        _tell(out, file, dry_run)
    _tell_all(out, did, dry_run)
    several = len(did.files) > 1
    out.line(
        {
            "added": did.added,
            "updated": did.known,
            "cancelled": did.cancelled,
            "skipped": [
                {"row": row, "why": why, **({"file": name} if several else {})}
                for name, row, why in did.skipped
            ],
            "columns": did.columns,
        }
    )


@click.command(cls=Command)
@event_argument
@click.option("--search", metavar="TEXT", help="Only those whom TEXT finds, best match first.")
@json_option
def people(event: str, search: str | None, as_json: bool) -> None:
    """List the people, or find some by name, organisation, e-mail, phone, ticket or code."""
    out = Output(as_json)
    with open_event(event) as app:
        if search is None:
            found = app.people.all()
        else:
            found = [one.person for one in app.people.search(search, limit=10**9)]
        names = {side.key: side.name for side in app.event.get().sides}
    for person in found:
        out.say(_sentence(person, names.get(person.side, person.side)))
        out.line(as_line(person))


def as_line(person: Person) -> dict[str, object]:
    """A person as a line of `people --json`; what is unknown is null."""
    return {
        "id": person.id,
        "name": person.name,
        "title": person.title or None,
        "given_name": person.given_name or None,
        "family_name": person.family_name or None,
        "email": person.email or None,
        "organisation": person.organisation or None,
        "profession": person.profession or None,
        "side": person.side,
        "front_line": person.front_line,
        "borough": person.borough or None,
        "status": person.status.value,
        "ticket": person.ticket,
        "codes": list(person.codes),
    }


# --- internal -------------------------------------------------------------------------------------


def _mapping(maps: Iterable[str]) -> Iterable[tuple[str, str]]:
    for text in maps:
        header, sign, field = text.rpartition("=")
        if not sign or not header.strip():
            raise click.UsageError(f"“{text}” is not HEADER=FIELD.")
        key = field.strip().lower().replace("-", "_").replace(" ", "_")
        if key not in _FIELDS:
            raise click.UsageError(
                f"A column cannot become “{field}”; it can become {', '.join(_FIELDS)}."
            )
        yield header.strip(), key


def _tell(out: Output, file: FilePreview, dry_run: bool) -> None:
    one = file.list
    out.say(f"{counted(one.rows, 'row')} read from “{one.file}”: {one.source}.")
    for column in one.columns:
        became = f"becomes {column.becomes}" if column.becomes else "is kept as an answer"
        note = f"; {column.note}" if column.note else ""
        out.say(f"  {column.header} {became} ({column.how}{note})")
    would = "would be " if dry_run else ""
    for row, why in one.skipped[:TOLD]:
        out.say(f"  Row {row} {would or 'was '}skipped: {why}.")
    if len(one.skipped) > TOLD:
        out.say(f"  {counted(len(one.skipped) - TOLD, 'more row')} {would or 'were '}skipped.")


def _tell_all(out: Output, did: ImportPreview, dry_run: bool) -> None:
    verb = "would be" if dry_run else "was" if did.added == 1 else "were"
    known = f"{counted(did.known, 'person', 'people')} known already, {did.changed} of them changed"
    out.say(
        f"{counted(did.added, 'person', 'people')} {verb} added; "
        f"{known if did.known else 'nobody was known already'}; {did.cancelled} cancelled."
    )
    counts = "; ".join(f"{count.side.name}: {count.people}" for count in did.balance)
    out.say(f"Sides: {counts}.")
    if did.groups:
        doubtful = sum(group.people for group in did.groups)
        out.say(
            f"{counted(doubtful, 'side was guessed', 'sides were guessed')} and should be looked "
            "at in People: "
            + ", ".join(f"{g.words or 'no profession'} ({g.people})" for g in did.groups[:8])
            + "."
        )
    for name, kept in did.kept[:TOLD]:
        out.say(f"{name}: {', '.join(kept)} edited by hand, so it stays.")
    if did.gone:
        out.say(
            f"{counted(len(did.gone), 'person', 'people')} from an earlier list of this system "
            "are not on this one; nothing was done to them."
        )
    if dry_run:
        out.say("Nothing was written.")


def _sentence(person: Person, side: str) -> str:
    role = ", ".join(part for part in (person.role, person.organisation) if part)
    parts = [person.full_name, role, side, person.status.value, person.ticket]
    return " · ".join(part for part in parts if part)
