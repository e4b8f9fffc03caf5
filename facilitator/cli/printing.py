"""`facilitator badges`, `tickets`, `papers` and `roll`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from facilitator.app import open_event
from facilitator.cli.base import Command, Output, event_argument, json_option, out_option
from facilitator.documents.badge_layouts import LAYOUTS
from facilitator.domain.text import counted, listed


def progress_on_terminal(what: str) -> Callable[[int, int], None] | None:
    """Draws "badges 40 of 120" on stderr; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int) -> None:
        end = "\n" if done >= of else ""
        click.echo(f"\r{what} {done} of {of}{end}", nl=False, err=True)

    return show


def check_ending(out: Path, *endings: str) -> Path:
    """The file, whose name must end in one of `endings`. Wrong usage where it does not."""
    if out.suffix.lower() not in endings:
        raise click.UsageError(f"“{out.name}” must end in {listed(list(endings), 'or')}.")
    return out


@click.command(cls=Command)
@event_argument
@out_option("The PDF to write.")
@click.option(
    "--layout",
    metavar="NAME",
    type=click.Choice(list(LAYOUTS), case_sensitive=False),
    help="; ".join(f"{one.name}: {one.words}" for one in LAYOUTS.values())
    + ". The event's own where not given.",
)
@click.option("--only", type=click.Choice(["walk-ins"]), help="Badges of walk-ins alone.")
@click.option(
    "--tables",
    type=click.Choice(["all", "first", "none"]),
    help="The rounds whose tables a badge carries. The event's own where not given.",
)
@json_option
def badges(
    event: str, out: Path, layout: str | None, only: str | None, tables: str | None, as_json: bool
) -> None:
    """Write badges with QR codes, by family name."""
    says = Output(as_json)
    check_ending(out, ".pdf")
    with open_event(event) as app:
        made = app.badges.write(
            out, layout=layout, only=only or "", tables=tables,
            progress=progress_on_terminal("Badges"),
        )  # fmt: skip
    words = f"{counted(made.people, 'badge')} on {counted(made.pages, 'page')}"
    says.say(f"{words}: {out}.")
    says.line(
        {"file": out, "badges": made.people, "pages": made.pages, "layout": made.layout,
         "tables": made.tables}
    )  # fmt: skip


@click.command(cls=Command)
@event_argument
@out_option("The folder to fill.")
@click.option(
    "--all", "everybody", is_flag=True, help="Also those whose ticket was written before."
)
@json_option
def tickets(event: str, out: Path, everybody: bool, as_json: bool) -> None:
    """Write a QR code and a draft of a letter for everybody expected, and tickets.csv. Nothing is
    sent. Again, after a later list: only those who are new or changed."""
    says = Output(as_json)
    with open_event(event) as app:
        made = app.tickets.write(out, progress_on_terminal("Tickets"), everybody=everybody)
    before = counted(made.before, "person has a ticket", "people have tickets")
    if made.list_path is None:
        says.say(f"Nobody is new: {before} already. --all writes them again.")
    else:
        says.say(f"{counted(made.people, 'ticket')} in {out}; the list is tickets.csv.")
        if made.before:
            says.say(f"{before} already, and {'was' if made.before == 1 else 'were'} left out.")
    if made.without_address:
        number = len(made.without_address)
        people = counted(number, "person has", "people have")
        says.say(f"{people} no usable e-mail address: their drafts name no recipient.")
    says.line(
        {"folder": out, "tickets": made.people, "before": made.before, "list": made.list_path,
         "without_address": list(made.without_address)}
    )  # fmt: skip


@click.command(cls=Command)
@event_argument
@out_option("The folder to fill.")
@click.option(
    "--desk", "desks", multiple=True, metavar="NAME",
    help="A desk that shares the tick list; once for each.",
)  # fmt: skip
@json_option
def papers(event: str, out: Path, desks: tuple[str, ...], as_json: bool) -> None:
    """Write papers.pdf: everything that is needed on paper in case of a power cut."""
    says = Output(as_json)
    with open_event(event) as app:
        made = app.papers.write(out, desks=desks)
    says.say(
        f"The papers of {counted(made.people, 'person', 'people')} are in {made.path}. "
        "Print them before the doors open."
    )
    says.line({"file": made.path, "people": made.people})


@click.command(cls=Command)
@event_argument
@out_option("A .pdf or .csv to write; where not given, the roll is printed here.", required=False)
@json_option
def roll(event: str, out: Path | None, as_json: bool) -> None:
    """Who is inside now, for an evacuation: by side and table, access needs marked."""
    says = Output(as_json)
    if out is not None:
        check_ending(out, ".pdf", ".csv")
    from facilitator.clocks import SystemClocks
    from facilitator.services.roll import lines_of, roll_at, write_roll

    # Not opened as the others are: it must come where the event cannot be opened.
    found = roll_at(event, SystemClocks())
    if out is not None:
        if found.words:
            says.say(found.words)
        inside = write_roll(found, out)
        says.say(f"{counted(inside, 'person is', 'people are')} inside: {out}.")
        known = {"source": found.words} if found.words else {}
        says.line({"file": out, "inside": inside, **known})
        return
    if as_json:
        for one in found.people:
            says.line(
                {"name": f"{one.given_name} {one.family_name}".strip(),
                 "given_name": one.given_name, "family_name": one.family_name,
                 "side": one.side.key, "table": one.table or None,
                 "access": one.access or None, "organisation": one.organisation or None,
                 "since": one.since or None, "seen": one.seen, "doubt": one.doubt or None,
                 "as_of": found.as_of, "source": found.words or None}
            )  # fmt: skip
        return
    for line in lines_of(found):
        says.say(line)
