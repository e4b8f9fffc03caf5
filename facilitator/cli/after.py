"""What comes after the day: report, exports, follow-up lists, personal data, copies and checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from facilitator.app import open_event
from facilitator.cli.base import Command, Output, event_argument, json_option, out_option
from facilitator.domain.errors import Refused
from facilitator.domain.text import counted, listed

if TYPE_CHECKING:
    from facilitator.app import EventApp
    from facilitator.services.privacy import Purged

_ATTRIBUTIONS = click.Choice(["named", "role", "none"])
_SHOWN = 5


@click.command(cls=Command)
@event_argument
@out_option("A name that ends in .pdf or .docx.")
@click.option("--internal", is_flag=True, help="For the organisers: small counts are whole.")
@json_option
def report(event: str, out: Path, internal: bool, as_json: bool) -> None:
    """Write the report of the day, as PDF or Word. A name stands only where the note allows it."""
    with open_event(event) as app:
        found = app.report.names_in_notes()
        written = app.report.write(out, internal=internal)
    output = Output(as_json)
    if found:
        named = sorted({one.name for one in found})
        more = len(named) - _SHOWN
        some = named[:_SHOWN] + ([counted(more, "other")] if more > 0 else [])
        output.say(
            f"Notes taken without a name mention {listed(some)}; the report leaves the "
            f"{'name' if len(named) == 1 else 'names'} out."
        )
    output.say(f"The report is in {written.path}. {_names(written.names_inside)}")
    output.line(
        {"file": written.path, "names_inside": written.names_inside, "internal": internal,
         "names_left_out": [{"note": one.note_id, "kind": one.kind.value} for one in found]}
    )  # fmt: skip


@click.command(cls=Command)
@event_argument
@out_option("A name that ends in .xlsx, .json, .md or .ics; else a folder of csv.")
@click.option(
    "--attribution", type=_ATTRIBUTIONS, default="role", show_default=True,
    help="The most that is told of people. role and none leave names and addresses out.",
)  # fmt: skip
@json_option
def export(event: str, out: Path, attribution: str, as_json: bool) -> None:
    """Write the day's figures, notes and people as a file or a folder of csv."""
    with open_event(event) as app:
        written = app.exports.write(out, attribution)
    output = Output(as_json)
    output.say(f"The export is in {written.path}. {_names(written.names_inside)}")
    output.line({"file": written.path, "names_inside": written.names_inside,
                 "attribution": attribution})  # fmt: skip


@click.command(cls=Command)
@event_argument
@out_option("The folder to fill.")
@json_option
def follow_up(event: str, out: Path, as_json: bool) -> None:
    """Write follow-up lists and borough packs: only those who came and agreed are in them.

    For each person whom they met, for each borough who agreed: csv, vCards, reminders after 30 and
    90 days.
    """
    with open_event(event) as app:
        done = app.follow_up.write(out)
    output = Output(as_json)
    for one in done.boroughs:
        output.say(f"{one.borough}: {one.came} came, {one.agreed} agreed.")
        output.line({"borough": one.borough, "came": one.came, "agreed": one.agreed})
    output.say(
        f"{counted(len(done.files), 'file')} in {done.folder}, with "
        f"{counted(done.agreed, 'person', 'people')}, of whom {done.with_lists} met somebody who "
        f"agreed. {_names(done.agreed > 0)}"
    )


@click.command(cls=Command)
@event_argument
@click.option("--keep-consented", is_flag=True, help="Keep those who agreed to be kept in touch.")
@json_option
def purge(event: str, keep_consented: bool, as_json: bool) -> None:
    """Remove personal data from the event and its copies in the same folder; keep the figures."""
    with open_event(event) as app:
        done = app.privacy.purge(keep_consented=keep_consented)
    output = Output(as_json)
    output.say(
        f"Personal data of {counted(done.people, 'person', 'people')} is removed; the figures are "
        "kept."
        + (f" {counted(done.kept, 'person', 'people')} who agreed stay." if keep_consented else "")
    )
    _copies(output, done)
    output.line({"removed": done.people, "kept": done.kept, "copies": list(done.copies),
                 "unreached": [{"file": one.path, "why": one.why} for one in done.unreached],
                 "documents": list(done.documents)})  # fmt: skip
    _fail_where_unreached(done)


@click.command(cls=Command)
@event_argument
@out_option("The copy's name.")
@json_option
def backup(event: str, out: Path, as_json: bool) -> None:
    """Write a consistent copy of the event, while it is in use."""
    with open_event(event) as app:
        done = app.health.backup(out)
    output = Output(as_json)
    output.say(f"The copy is in {done.path}. {_names(True)}")
    output.line({"file": done.path, "names_inside": True})


@click.command(cls=Command)
@event_argument
@json_option
def check(event: str, as_json: bool) -> None:
    """Look whether the event is in order, and say what to do where it is not."""
    with open_event(event) as app:
        found = app.health.check()
        sides = (app.merging.twice(), app.merging.open_contradictions()) if found.is_sound else ()
    to_decide = sum(map(len, sides))
    output = Output(as_json)
    output.line(
        {"sound": found.is_sound, "people": found.people, "facts": found.facts,
         "version": found.version, "to_decide": to_decide,
         "problems": [{"what": one.what, "then": one.then} for one in found.problems]}
    )  # fmt: skip
    for one in found.problems:
        output.say(f"{one.what} {one.then}")
    if not found.is_sound:
        first = found.problems[0]
        raise Refused(
            f"The event is not in order: {first.what}", "Nothing was changed.", first.then
        )
    output.say(
        f"The event is in order: {counted(found.people, 'person', 'people')} and "
        f"{counted(found.facts, 'arrival or departure', 'arrivals and departures')}."
    )
    if to_decide:
        things = counted(to_decide, "thing waits", "things wait")
        output.say(f"{things} for somebody to decide: in the window, under Copies.")


@click.command(cls=Command)
@event_argument
@click.argument("who", metavar="WHO")
@click.argument("act", metavar="(history | access | erase)",
                type=click.Choice(["history", "access", "erase"]))  # fmt: skip
@out_option("For access: a name that ends in .json or .pdf.", required=False)
@json_option
def person(event: str, who: str, act: str, out: Path | None, as_json: bool) -> None:
    """Every fact about one person, everything held about them, or their erasure.

    WHO is an id, a ticket or a code.
    """
    if act == "access" and out is None:
        raise click.UsageError("access needs -o FILE, which ends in .json or .pdf")
    if act != "access" and out is not None:
        raise click.UsageError(f"-o is for access; {act} writes no file")
    output = Output(as_json)
    with open_event(event) as app:
        found = app.people.find(who)
        match act:
            case "history":
                _history(app, output, who=found.id)
            case "access":
                assert out is not None
                path = app.privacy.write_access(found.id, out)
                output.say(f"Everything held about {found.full_name} is in {path}.")
                output.line({"file": path, "attendee": found.id, "names_inside": True})
            case _:
                done = app.privacy.erase(found.id)
                output.say("They are erased; what they did stays as facts without a name.")
                _copies(output, done)
                output.line({"erased": found.id, "copies": list(done.copies),
                             "unreached": [{"file": one.path, "why": one.why}
                                           for one in done.unreached],
                             "documents": list(done.documents)})  # fmt: skip
                _fail_where_unreached(done)


def _history(app: EventApp, output: Output, *, who: object) -> None:
    from uuid import UUID

    assert isinstance(who, UUID)
    event = app.event.get()
    for line in app.privacy.history(who):
        by = f" ({line.by})" if line.by else ""
        output.say(f"{event.local(line.at):%Y-%m-%d %H:%M:%S}  {line.words}{by}")
        output.line({"at": line.at, "what": line.words, "by": line.by or None})


def _names(inside: bool) -> str:
    return "Names are inside." if inside else "No names are inside."


def _copies(output: Output, done: Purged) -> None:
    if done.copies:
        named = listed([f"“{path.name}”" for path in done.copies[:_SHOWN]])
        more = len(done.copies) - _SHOWN
        output.say(f"So it is in {named}" + (f" and {more} more." if more > 0 else "."))
    if done.documents:
        named = listed([f"“{path.name}”" for path in done.documents[:_SHOWN]])
        more = len(done.documents) - _SHOWN
        output.say(
            f"These documents name people; delete them yourself: {named}"
            + (f" and {counted(more, 'other')}." if more > 0 else ".")
        )


def _fail_where_unreached(done: Purged) -> None:
    if not done.unreached:
        return
    named = listed([f"“{one.path.name}”" for one in done.unreached[:_SHOWN]])
    more = len(done.unreached) - _SHOWN
    raise Refused(
        f"Personal data is removed from the event, but not from {named}"
        + (f" and {counted(more, 'other')}" if more > 0 else "")
        + f": {done.unreached[0].why}",
        "", "Delete what is not needed, or mend it and run this again.",
    )  # fmt: skip
