"""What is said on the line to a hub: each question with its answer; what went wrong, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg

from facilitator.domain.errors import HubGone, Overtaken, Refused
from facilitator.store.database import HEAD
from facilitator.store.hub import DEADLINE, Hub
from facilitator.store.hub_apply import ask_rows
from facilitator.store.hub_outbox import Cursor, Entry
from facilitator.store.hub_schema import HEAR_FIRST, OTHER_TERM, OVERTAKEN

#: how long one part of a catching up may take, in seconds
PATIENCE = 5.0
#: how fast at least the network is, in bytes a second
_SLOWEST = 500_000


class Unreadable(HubGone):
    """The hub cannot read what was sent; one of it alone it could."""


class HearFirst(Overtaken):
    """The hub takes nothing from a laptop that has not heard of a removal of personal data."""


_TOO_LATE: Mapping[str, tuple[type[Overtaken], str]] = {
    OVERTAKEN: (Overtaken, "Another desk changed that a moment ago."),
    HEAR_FIRST: (HearFirst, "Personal data was removed a moment ago."),
}


def say_hello(hub: Hub, cursor: Cursor | None, waiting: int, seconds: float) -> dict[str, Any]:
    """Whom this laptop speaks with, and that it was heard. Raises HubGone in words where it does
    not answer, or must not be listened to."""
    at = cursor or Cursor(0, UUID(int=0), 0)
    try:
        said: dict[str, Any] = hub.ask(
            lambda line: line.execute(
                "SELECT facilitator_hello(%s, %s, %s)",
                (at.number, at.term, waiting),
            ).fetchone()[0],  # pyright: ignore[reportOptionalSubscript]
            seconds,
        )
    except psycopg.errors.UndefinedFunction:
        raise HubGone("What answers in the hub's place is another program.") from None
    except psycopg.Error as problem:
        raise HubGone(in_words(problem)) from problem
    if UUID(said["event"]).hex != UUID(hub.account.event_id).hex:
        raise HubGone("What answers in the hub's place has another event.")
    if said["version"] != HEAD:
        raise HubGone("The hub has another version of Facilitator.")
    if said["put_off"]:
        raise HubGone("This laptop was put off at the hub.")
    return said


def push(
    hub: Hub, cursor: Cursor, heard: int, entries: Sequence[Entry], *, strict_after: int | None
) -> tuple[list[dict[str, Any]], int | None]:
    """Send entries; those after `strict_after` all or none of them (None: each by itself).

    Returns the answers, and up to which change this laptop has read everything, where no
    other changed anything meanwhile.
    """
    sent = [
        entry.as_json(strict=strict_after is not None and entry.number > strict_after)
        for entry in entries
        if entry.op == "d" or entry.line is not None
    ]
    body = json.dumps(sent)
    seconds = DEADLINE if strict_after is not None else PATIENCE
    try:
        found = hub.ask(
            lambda line: line.execute(
                "SELECT facilitator_push(%s, %s, %s, %s::jsonb, %s)",
                (cursor.number, cursor.term, cursor.hub, body, heard),
            ).fetchone()[0],  # pyright: ignore[reportOptionalSubscript]
            seconds + len(body) / _SLOWEST,
        )
        return found["answers"], found["read"]
    except psycopg.Error as problem:
        state = problem.sqlstate or ""
        if strict_after is not None and state == "42501":
            raise Refused(
                "The hub does not let this laptop do that.", "Nothing was changed."
            ) from problem
        if state.startswith("22"):
            raise Unreadable("The hub cannot read what was sent.") from problem
        if state == OTHER_TERM:
            raise HubGone("The hub has changed.") from problem
        if state in _TOO_LATE:
            kind, happened = _TOO_LATE[state]
            then = "Look at it as it is now, and decide again."
            raise kind(happened, "Nothing was changed here.", then) from problem
        raise HubGone(in_words(problem)) from problem


def ask(hub: Hub, question: Callable[[psycopg.Connection[Any]], Any], seconds: float) -> Any:
    """What the hub answers, within so many seconds. Raises HubGone for whatever goes wrong."""
    try:
        return hub.ask(question, seconds)
    except psycopg.Error as problem:
        raise HubGone(in_words(problem)) from problem


def ask_keys(hub: Hub, name: str, seconds: float) -> set[str]:
    """The ids of every row of a table."""
    query = f'SELECT id::text FROM "{name}"'
    rows = ask(hub, lambda line: line.execute(query.encode()).fetchall(), seconds)
    return {row[0] for row in rows}


def ask_all_rows(hub: Hub, name: str, seconds: float) -> dict[str, Any]:
    """Every row of a table that this laptop may read, by its key."""
    found: dict[str, Any] = {}
    last: str | None = None
    while True:
        page = ask(hub, lambda line, after=last: ask_rows(line, name, after), seconds)
        if not page:
            return found
        found.update(page)
        last = page[-1][0]


def in_words(problem: psycopg.Error) -> str:
    """Why a hub's server did not do what it was asked, as a sentence."""
    state = problem.sqlstate or ""
    if state.startswith("53"):
        return "The hub has no room left, or too many connections."
    if state == "25006":
        return "The hub can only be read at the moment."
    if state in ("55P03", "57014"):
        return "The hub is too busy to answer."
    if state.startswith(("57P", "08")):
        return "The hub is ending or starting."
    if state in ("42501", "28000", "28P01"):
        return "The hub does not let this laptop do that."
    return "The hub answers with a fault."
