"""`facilitator rehearse` and `facilitator doctor`: the two commands that need Qt."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from facilitator.cli.base import Command, Output, fillable_folder, json_option


@click.command(cls=Command)
@click.option("-o", "--out", "out", default="rehearsal", type=Path, metavar="FOLDER",
              help="Where everything is left; made if it is missing.")  # fmt: skip
@click.option("--attendees", default=120, type=click.IntRange(4, 2000), metavar="120",
              help="How many invented people.")  # fmt: skip
@click.option("--seed", default=1, type=int, metavar="K", help="Another seed, another day.")
@json_option
def rehearse(out: Path, attendees: int, seed: int, as_json: bool) -> None:
    """Play a whole sample day through the real services and screens, and keep what it leaves."""
    printer = Output(as_json)
    folder = fillable_folder(out)
    from ui.rehearse import rehearse_into
    from ui.start_up import offscreen_application

    application = offscreen_application()

    def tell(sentence: str) -> None:
        if sys.stderr.isatty():
            click.echo(sentence, err=True)

    made = rehearse_into(application, folder, attendees=attendees, seed=seed, tell=tell)
    printer.say(f"The day of {made.people} invented people is in {folder}:")
    for file in made.files:
        printer.say(f"  {file}")
        printer.line({"file": file})
    printer.line({"folder": folder, "event": made.event, "files": len(made.files),
                  "people": made.people, "here": made.here, "seconds": made.seconds})  # fmt: skip


@click.command(cls=Command)
@json_option
def doctor(as_json: bool) -> None:
    """Say what works on this machine, and what to do about the rest."""
    from ui.doctor import examine
    from ui.start_up import require_qt

    require_qt()
    out = Output(as_json)
    for finding in examine():
        word = "works" if finding.works else "look here"
        out.say(f"{finding.part.capitalize()} ({word}): {finding.sentence}")
        out.line({"part": finding.part, "works": finding.works, "sentence": finding.sentence})
