"""`facilitator rehearse` and `facilitator doctor`: the two commands that need Qt."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from facilitator.cli.base import Command, Output, fillable_folder, json_option
from facilitator.domain.errors import Refused


@click.command(cls=Command)
@click.option("-o", "--out", "out", default="rehearsal", type=Path, metavar="FOLDER",
              help="Where everything is left; made if it is missing.")  # fmt: skip
@click.option("--attendees", default=120, type=click.IntRange(4, 2000), metavar="120",
              help="How many invented people.")  # fmt: skip
@click.option("--seed", default=1, type=int, metavar="K", help="Another seed, another day.")
@click.option("--mishaps", is_flag=True,
              help="Play what can go wrong instead: a power cut, a stick pulled out, the clock, "
              "the projector, paper, an evacuation.")  # fmt: skip
@json_option
def rehearse(out: Path, attendees: int, seed: int, mishaps: bool, as_json: bool) -> None:
    """Play a whole sample day through the real services and screens, and keep what it leaves."""
    printer = Output(as_json)
    folder = fillable_folder(out)
    if mishaps:
        _mishaps(printer, folder, attendees, seed)
        return
    from ui.rehearse import rehearse_into
    from ui.start_up import offscreen_application

    application = offscreen_application()
    made = rehearse_into(application, folder, attendees=attendees, seed=seed, tell=_tell)
    printer.say(f"The day of {made.people} invented people is in {folder}:")
    for file in made.files:
        printer.say(f"  {file}")
        printer.line({"file": file})
    printer.line({"folder": folder, "event": made.event, "files": len(made.files),
                  "people": made.people, "here": made.here, "seconds": made.seconds})  # fmt: skip


def _tell(sentence: str) -> None:
    if sys.stderr.isatty():
        click.echo(sentence, err=True)


def _mishaps(printer: Output, folder: Path, attendees: int, seed: int) -> None:
    """What can go wrong, really done to a rehearsal; exit 1 where anything was lost."""
    from ui.mishap_page import comparison, headline, took
    from ui.rehearse_mishaps import FEWEST, rehearse_mishaps
    from ui.start_up import offscreen_application

    if attendees < FEWEST:
        raise click.UsageError(f"--mishaps needs at least {FEWEST} attendees")
    application = offscreen_application()
    found = rehearse_mishaps(application, folder, attendees=attendees, seed=seed, tell=_tell)
    printer.say(headline(found))
    printer.say(comparison(found))
    for one in found.mishaps:
        printer.say(f"  {one.at}  {one.name}: recovery took {took(one.seconds)}.")
        printer.line({"at": one.at, "mishap": one.name, "happened": one.happened,
                      "recovered": one.recovered, "seconds": round(one.seconds, 4),
                      "answered": one.answered, "lost": one.lost})  # fmt: skip
    printer.say(f"The page is in {folder}: {', '.join(found.files)}.")
    printer.line({"folder": folder, "event": found.event, "files": list(found.files),
                  "people": found.people, "answered": found.answered, "lost": found.lost,
                  "copied": found.copied, "lost_in_copy": found.lost_in_copy,
                  "problems": list(found.problems), "seconds": found.seconds})  # fmt: skip
    if not found.is_well:
        raise Refused(headline(found), "", f"Look at mishaps.md in {folder}.")


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
