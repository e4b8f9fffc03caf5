"""`facilitator scan`, `undo`, `leave` and `walk-in`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from facilitator.app import EventApp, open_event
from facilitator.cli.base import Command, Output, desk_option, event_argument, json_option
from facilitator.clocks import stamp
from facilitator.domain.verdicts import (
    AlreadyHere,
    Ambiguous,
    Cancelled,
    Misread,
    OtherEvent,
    Unknown,
    Verdict,
    Welcome,
    WelcomeBack,
)
from facilitator.services.checkin import Answer, At, NewWalkIn


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer as a line of `scan --json`; where the event is shared, with who decided it."""
    line = verdict_json(answer.verdict)
    return {**line, "standing": answer.standing} if answer.standing else line


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as a part of such a line."""
    person = getattr(verdict, "person", None)
    line: dict[str, Any] = {
        "outcome": verdict.outcome,
        "code": verdict.code,
        "attendee": person.id if person else None,
        "name": person.name if person else None,
        "table": getattr(verdict, "table", None),
        "at": stamp(verdict.at),
        "desk": verdict.desk or None,
    }
    if isinstance(verdict, AlreadyHere):
        line["desk"] = verdict.first_desk or None
        line["since"] = stamp(verdict.since)
    return line


def verdict_sentence(verdict: Verdict, app: EventApp) -> str:
    """A verdict as a sentence for people."""
    match verdict:
        case Welcome() | WelcomeBack():
            word = "Welcome" if isinstance(verdict, Welcome) else "Welcome back"
            table = f", table {verdict.table}" if verdict.table else ""
            return f"{word}: {verdict.person.full_name}{table}."
        case AlreadyHere():
            since = app.event.get().local(verdict.since)
            desk = f" at {verdict.first_desk}" if verdict.first_desk else ""
            return f"Already here: {verdict.person.full_name}, since {since:%H:%M}{desk}."
        case Cancelled():
            return f"Cancelled: {verdict.person.full_name} is not expected. Call {verdict.call}."
        case OtherEvent():
            return f"Other event: this ticket is not for today. Call {verdict.call}."
        case Misread():
            return "Misread: a character is wrong. Scan again."
        case Unknown(spare=True):
            return (
                "Unknown: this is a spare badge, and nobody's yet. "
                "Add whom it is for as a walk-in at the Desk."
            )
        case Unknown():
            shown = verdict.code[:40]
            return f"Unknown: nobody holds “{shown}”. Search by name, or call {verdict.call}."
        case Ambiguous():
            names = " and ".join(p.full_name for p in verdict.people[:3])
            return f"Ambiguous: this code fits {names}. Nothing was recorded: search by name."


def _codes(given: Iterable[str]) -> Iterator[str]:
    yield from given
    if not given and sys.stdin is not None:  # None: closed by whoever started us
        # readline and not iteration: a line is answered before the next is read ahead
        stream = sys.stdin.buffer
        while line := stream.readline():
            yield line.decode("utf-8", "replace").rstrip("\r\n")


@click.command(cls=Command)
@event_argument
@click.argument("codes", nargs=-1, metavar="[CODE…]")
@desk_option
@json_option
def scan(event: str, codes: tuple[str, ...], desk: str, as_json: bool) -> None:
    """Check in by codes, or by a code a line on stdin; each is answered once it is on disk."""
    out = Output(as_json)
    at = At(desk, source="command")
    with open_event(event) as app:
        for code in _codes(codes):
            answer = app.checkin.scan(code, at)
            if answer is None:
                continue
            if as_json:
                out.line(answer_json(answer))
            else:
                out.say(verdict_sentence(answer.verdict, app))


@click.command(cls=Command)
@event_argument
@click.argument("code", metavar="CODE")
@click.option("--reason", default="", metavar="R", help="Why; kept with the fact.")
@desk_option
@json_option
def undo(event: str, code: str, reason: str, desk: str, as_json: bool) -> None:
    """Take an arrival back: status and people are then as before it. CODE: ticket, code or id."""
    out = Output(as_json)
    with open_event(event) as app:
        taken = app.checkin.undo(
            app.people.find(code).id, At(desk, source="command"), reason=reason
        )
    out.say(f"Taken back: the arrival of {taken.person.full_name}.")
    out.line(
        {"outcome": "undone", "code": code, "attendee": taken.person.id, "name": taken.person.name,
         "status": taken.person.status, "since": stamp(taken.was.at), "desk": desk or None}
    )  # fmt: skip


@click.command(cls=Command)
@event_argument
@click.argument("code", metavar="CODE")
@desk_option
@json_option
def leave(event: str, code: str, desk: str, as_json: bool) -> None:
    """Record that somebody left. CODE: their ticket, code or id."""
    out = Output(as_json)
    with open_event(event) as app:
        left = app.checkin.leave(app.people.find(code).id, At(desk, source="command"))
    out.say(f"{left.person.full_name} has left.")
    out.line(
        {"outcome": "left", "code": code, "attendee": left.person.id, "name": left.person.name,
         "at": stamp(left.at), "desk": desk or None}
    )  # fmt: skip


@click.command(cls=Command)
@event_argument
@click.argument("name", metavar="NAME")
@click.option("--side", required=True, metavar="S", help="Where they work: a side of the event.")
@click.option("--organisation", default="", metavar="O", help="Where, by name.")
@click.option("--role", default="", metavar="R", help="What their badge says.")
@desk_option
@json_option
def walk_in(
    event: str, name: str, side: str, organisation: str, role: str, desk: str, as_json: bool
) -> None:
    """Add somebody who is not on the list, check them in and seat them."""
    out = Output(as_json)
    with open_event(event) as app:
        answer = app.checkin.walk_in(
            NewWalkIn(name, side, organisation, role), At(desk, source="walk-in")
        )
        out.say(verdict_sentence(answer.verdict, app))
        out.line(answer_json(answer))
