"""`facilitator new` and `facilitator unlock`."""

from __future__ import annotations

import click

from facilitator.app import create_event, open_event
from facilitator.cli.base import Command, Output, event_argument, json_option
from facilitator.domain.errors import Refused
from facilitator.domain.sides import DEFAULT_SIDES, parse_sides
from facilitator.domain.text import counted
from facilitator.services.events import NewEvent, parse_date, parse_tables


@click.command(cls=Command)
@event_argument
@click.option("--name", required=True, metavar="N", help="What the event is called.")
@click.option("--date", "held_on", required=True, metavar="2025-11-12", help="Its day.")
@click.option("--venue", default="", metavar="V", help="Where it is.")
@click.option("--tables", default="15x8", metavar="15x8", help="How many tables of how many seats.")
@click.option("--template", default="", metavar="summit", help="A programme to begin with.")
@click.option(
    "--sides", metavar="…", help="Two other sides: “hospital=Hospital,care-home=Care home”."
)
@json_option
def new(
    event: str, name: str, held_on: str, venue: str, tables: str, template: str,
    sides: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Make an event: a file (summit.facilitator) or a PostgreSQL URL. Never overwrites."""
    try:
        many, seats = parse_tables(tables)
        chosen = parse_sides(sides) if sides else DEFAULT_SIDES
        day = parse_date(held_on)
    except Refused as wrong:
        raise click.UsageError(str(wrong)) from wrong
    wanted = NewEvent(name, day, venue, many, seats, template, chosen)
    with create_event(event, wanted) as app:
        made = app.event.get()
        counts = app.event.counts()
    out = Output(as_json)
    out.say(
        f"“{made.name}” on {made.date_words} is made: {counted(counts['tables'], 'table')} "
        f"of {seats} seats, {counted(counts['rounds'], 'round')}. Next: facilitator import"
    )
    out.line(
        {"event": event, "name": made.name, "date": made.held_on, "tag": made.tag,
         "tables": counts["tables"], "seats": seats, "rounds": counts["rounds"]}
    )  # fmt: skip


@click.command(cls=Command)
@event_argument
@json_option
def unlock(event: str, as_json: bool) -> None:
    """Take the Desk's PIN away where it is forgotten. The Desk opens without it from then on."""
    out = Output(as_json)
    with open_event(event) as app:
        had = app.desk_lock.is_set()
        if had:
            app.desk_lock.remove()
    out.say("The Desk has no PIN any more." if had else "The Desk has no PIN; it is not locked.")
    out.line({"had_pin": had})
