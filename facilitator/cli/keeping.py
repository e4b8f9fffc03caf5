"""`facilitator merge`: another copy of the event, taken over."""

from __future__ import annotations

from pathlib import Path

import click

from facilitator.app import open_event
from facilitator.cli.base import Command, Output, event_argument, json_option
from facilitator.domain.text import counted

_SHOWN = 20


@click.command(cls=Command)
@event_argument
@click.argument("other", metavar="OTHER", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be taken over; change nothing.")
@json_option
def merge(event: str, other: Path, dry_run: bool, as_json: bool) -> None:
    """Take over what stands only in OTHER, a copy of the same event that went on elsewhere.

    Nothing is doubled. What contradicts is kept both ways: what is here counts, until somebody
    decides in the window (Copies, Bring together). OTHER is only read.
    """
    out = Output(as_json)
    with open_event(event) as app:
        found = app.merging.look(other) if dry_run else app.merging.take_over(other)
        names = [one.person.full_name for one in app.merging.twice()] if not dry_run else []
        local = app.event.get().local
    if dry_run and not found.is_nothing:
        out.say("This would be taken over; nothing was changed.")
    out.say(found.sentence)
    if found.last_at is not None:
        out.say(f"It goes up to {local(found.last_at):%Y-%m-%d %H:%M:%S}.")
    for one in found.contradictions[:_SHOWN]:
        out.say(f"{one.what}. Here: {one.here or 'nothing'}. There: {one.there or 'nothing'}.")
    if len(found.contradictions) > _SHOWN:
        out.say(f"And {counted(len(found.contradictions) - _SHOWN, 'more thing')}.")
    for name in names:
        out.say(f"Let in twice: {name}.")
    out.line(
        {"source": str(other), "dry_run": dry_run, "last_at": found.last_at,
         "rows": [{"number": number, "what": what} for number, what in found.rows],
         "contradictions": [
             {"id": one.id, "area": one.area, "what": one.what, "here": one.here,
              "there": one.there} for one in found.contradictions],
         "twice": found.twice}
    )  # fmt: skip
