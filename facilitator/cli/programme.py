"""`facilitator programme`: the running order and the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from facilitator.app import EventApp, open_event
from facilitator.cli.base import Command, Output, event_argument, existing_parent, json_option
from facilitator.domain.board import Board
from facilitator.domain.errors import Refused
from facilitator.domain.localtime import shown_time
from facilitator.domain.schedule import Place, SessionTimes
from facilitator.domain.session_clock import Status, shown_clock
from facilitator.domain.text import counted, fold
from facilitator.services.programme import ProgrammeState
from facilitator.services.running import Ran, question

_ACTS: dict[str, Callable[[EventApp], Ran]] = {
    "start": lambda app: app.programme.start(by="command"),
    "pause": lambda app: app.programme.pause(by="command"),
    "resume": lambda app: app.programme.resume(by="command"),
    "next": lambda app: app.programme.next(by="command"),
    "back": lambda app: app.programme.back(by="command"),
    "skip": lambda app: app.programme.skip(by="command"),
    "stop": lambda app: app.programme.stop(by="command"),
    "undo": lambda app: app.programme.undo(by="command"),
}
_ACTIONS = ("show", "import", "export", "preset", "publish", "adjust", *_ACTS)
_LONGEST = 12 * 60


@click.command(cls=Command, context_settings={"ignore_unknown_options": True})
@event_argument
@click.argument("action", metavar="ACTION", type=click.Choice(_ACTIONS))
@click.argument("values", nargs=-1, metavar="[FILE|NAME|±MIN]")
@click.option("--before", metavar="TITLE", help="preset: put it before this session.")
@click.option("--minutes", type=int, metavar="N", help="preset: so many minutes in all.")
@click.option("--each", type=int, metavar="N", help="preset: so many minutes a round.")
@click.option("--rounds", type=int, metavar="N", help="preset: so many rounds.")
@json_option
def programme(
    event: str, action: str, values: tuple[str, ...], as_json: bool, **options: Any
) -> None:
    """The running order and the clock of the running session.

    ACTION is one of these:

    \b
    show         published, expected and actual times, and how late the day is
    import FILE  take over a running order (CSV, XLSX or an Ontime project in JSON); all of it
                 or nothing
    export FILE  write it: .csv or .xlsx with Ontime's headers, .ics a calendar, .pdf to print
    preset NAME  put in a way of working: 1-2-4-all, world-cafe, speed-round, fishbowl or
                 open-space; at the end, or before a session
    publish      pin the planned times as those that guests were told
    start        begin the next session
    pause        hold the clock
    resume       go on after a pause
    next         end the running session and begin the next one
    adjust ±MIN  give the running session minutes more, or fewer: adjust -5
    back         go on with the session that has just ended
    skip         leave the next session out
    stop         end the running session without beginning another
    undo         take the last of these back
    """
    out = Output(as_json)
    value = _value(action, values)
    if action != "preset" and any(option is not None for option in options.values()):
        raise click.UsageError(f"“{action}” takes no --before, --minutes, --each or --rounds.")
    with open_event(event) as app:
        if action == "show":
            _show(out, app.programme.state())
        elif action == "import":
            _import(out, app, Path(value))
        elif action == "export":
            number = app.programme.export(existing_parent(Path(value)))
            out.say(f"{counted(number, 'session')} written to {value}.")
            out.line({"sessions": number, "file": value})
        elif action == "preset":
            _preset(out, app, value, options)
        elif action == "publish":
            number = app.programme.publish().sessions
            out.say(f"The times of {counted(number, 'session')} are published.")
            out.line({"published": number})
        else:
            ran = (
                app.programme.adjust(_minutes(value) * 60, by="command")
                if action == "adjust"
                else _ACTS[action](app)
            )
            out.say(f"{ran.sentence} {ran.board.delay.sentence}.")
            out.line(_clock_json(ran.board))


def _value(action: str, values: tuple[str, ...]) -> str:
    wanted = {"import": "FILE", "export": "FILE", "preset": "NAME", "adjust": "±MIN"}.get(action)
    if wanted is None and values:
        raise click.UsageError(f"“{action}” takes no “{values[0]}”.")
    if wanted is not None and len(values) != 1:
        raise click.UsageError(f"Write: {action} {wanted}.")
    return values[0] if values else ""


def _minutes(text: str) -> float:
    try:
        minutes = float(text.replace("−", "-").replace(",", "."))
    except ValueError:
        minutes = float("nan")
    if not -_LONGEST <= minutes <= _LONGEST:
        raise click.UsageError(f"“{text}” is not a number of minutes; write adjust 5 or adjust -5.")
    return minutes


def _import(out: Output, app: EventApp, path: Path) -> None:
    done = app.programme.import_rundown(path)
    for note in done.notes:
        out.say(note)
    instead = f" instead of {done.before:,}" if done.before else ""
    out.say(f"{counted(done.sessions, 'session')} taken over{instead}.")
    out.line({"sessions": done.sessions, "before": done.before, "notes": list(done.notes)})


def _preset(out: Output, app: EventApp, name: str, options: dict[str, Any]) -> None:
    from facilitator.services.presets import Wanted

    before = None
    if options["before"] is not None:
        before = _session_named(app, options["before"])
    wanted = Wanted(
        name, rounds=options["rounds"], total=options["minutes"], each=options["each"],
        before=before,
    )  # fmt: skip
    preview = app.presets.preview(wanted)
    done = app.presets.insert(wanted)
    out.say(done.sentence)
    for sentence in (*preview.moves, *preview.cares):
        out.say(sentence)
    out.line(
        {
            "preset": done.preset.key,
            "sessions": done.sessions,
            "minutes": done.minutes,
            "rounds": list(preview.rounds),
            "starts": preview.starts[0].isoformat(timespec="minutes"),
            "ends": preview.ends.isoformat(timespec="minutes"),
        }
    )


def _session_named(app: EventApp, title: str) -> UUID:
    """The session with this title, whole or its beginning; Refused where that is none or many."""
    wanted = fold(title)
    sessions = app.programme.state().programme.sessions
    exact = [one for one in sessions if fold(one.title) == wanted]
    found = exact or [one for one in sessions if wanted and fold(one.title).startswith(wanted)]
    if len(found) != 1:
        number = f"{len(found)} sessions begin" if found else "No session begins"
        raise Refused(f"{number} with “{title}”.", "Nothing was added.", "Write its whole title.")
    return found[0].id


def _show(out: Output, state: ProgrammeState) -> None:
    shown = state.board
    zone = state.programme.zone

    def clock(moment: datetime | None) -> str:
        return "" if moment is None else shown_time(moment, zone)

    if shown.times:
        heading = "Published" if state.published else "Planned"
        out.say(f"{heading:<10} {'Expected':<9} {'Actual':<7} Session")
    for entry in shown.times:
        expected = "" if entry.place is Place.NOW else clock(entry.expected_start)
        out.say(
            f"{clock(entry.published_start):<10} {expected:<9} {clock(entry.actual_start):<7} "
            f"{_line(entry)}"
        )
        out.line(_session_json(entry))
    out.say(_standing(shown))
    for problem in state.problems:
        out.say(problem)
    out.line(_clock_json(shown))


def _line(entry: SessionTimes) -> str:
    words = {
        Place.NOW: "now",
        Place.SKIPPED: "left out",
        Place.MISSED: "was not begun",
        Place.DONE: "done",
    }.get(entry.place)
    kept = f"{counted(entry.kept, 'minute')} kept" if entry.kept is not None else None
    speaker = entry.session.speaker or None
    more = "; ".join(part for part in (speaker, kept, words) if part)
    return f"{entry.session.title} ({more})" if more else entry.session.title


def _standing(shown: Board) -> str:
    state = shown.state
    asked = question(state)
    if asked:
        return asked
    if state.session is None:
        return f"{shown.delay.sentence}."
    left = shown_clock(state.remaining)
    how = f"{left} left" if state.remaining > 0 else f"over by {left}"
    word = "is paused" if state.status is Status.PAUSED else "is running"
    offer = f" {shown.proposal.offer}" if shown.proposal else ""
    return f"“{state.session.title}” {word}, {how}. {shown.delay.sentence}.{offer}"


def _session_json(entry: SessionTimes) -> dict[str, Any]:
    session = entry.session
    return {
        "session": session.id,
        "title": session.title,
        "speaker": session.speaker or None,
        "kind": session.kind.value,
        "round": session.round_number,
        "place": entry.place.value,
        "minutes": session.minutes,
        "minimum": session.minimum,
        "fixed": session.fixed,
        "protected": session.protected,
        "published": entry.published_start,
        "expected": entry.expected_start,
        "actual": entry.actual_start,
        "ended": entry.actual_end,
        "late": entry.late,
        "kept": entry.kept,
    }


def _clock_json(shown: Board) -> dict[str, Any]:
    state = shown.state
    return {
        "status": state.status.value,
        "session": state.session.id if state.session else None,
        "title": state.session.title if state.session else None,
        "phase": state.phase.value if state.session else None,
        "elapsed": round(state.elapsed, 3),
        "allotted": round(state.allotted, 3),
        "remaining": round(state.remaining, 3),
        "behind": shown.delay.minutes,
        "sentence": shown.delay.sentence,
        "offer": shown.proposal.offer if shown.proposal else None,
        "at": state.at.wall,
    }
