"""`facilitator note`: myths, hands, bright spots, pain points and actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import click

from facilitator.app import EventApp, open_event
from facilitator.cli.base import Command, Output, event_argument, json_option
from facilitator.clocks import stamp
from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.hands import (
    Count,
    Estimate,
    Hands,
    Moment,
    parse_shown,
    shift_words,
)
from facilitator.domain.ids import new_id
from facilitator.domain.notes import Attribution, Note, NoteContent, NoteKind, parse_verdict
from facilitator.domain.sides import DEFAULT_SIDES, Sides
from facilitator.services.events import parse_date

_SHOWN_META = "facilitator.sides"


class _Verdict(click.ParamType):
    name = "verdict"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            return parse_verdict(str(value))
        except Refused as wrong:
            self.fail(str(wrong), param, ctx)


class _Day(click.ParamType):
    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            return parse_date(str(value))
        except Refused as wrong:
            self.fail(str(wrong), param, ctx)


class _HandsCommand(Command):
    """Has an option for each side of the event that it is about."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        options = ctx.meta.get(_SHOWN_META)
        if options is None:
            options = [
                click.Option(
                    [f"--{side.key}", f"side_{side.key.replace('-', '_')}"],
                    metavar="20/25",
                    help=f"{side.name}: hands of people present, or by eye: "
                    + ("none, a few, half, most, all." if side.position == 0 else "as above."),
                )
                for side in _sides_of(ctx)
            ]
            ctx.meta[_SHOWN_META] = options
        params = super().get_params(ctx)
        # before --json and --help, which stand last
        return [*params[:-2], *options, *params[-2:]]


def _sides_of(ctx: click.Context) -> Sides:
    location = ctx.parent.params.get("event") if ctx.parent else None
    if not location:
        return DEFAULT_SIDES
    try:
        with open_event(location) as app:
            return app.event.get().sides
    except Trouble:
        return DEFAULT_SIDES  # the command itself will say what is wrong with the event


def _shared(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that all notes take."""
    for decorate in reversed(
        (
            click.option("--theme", "themes", multiple=True, metavar="T",
                         help="A theme; may be given several times."),
            click.option("--attribution", type=click.Choice([one.value for one in Attribution]),
                         default="role",
                         show_default=True, help="Who may be named for it."),
            click.option("--by", default="", metavar="WHO",
                         help="Who said it: a name, ticket or id of the list, or as typed. Only "
                         "what the attribution allows is kept."),
            click.option("--session", default="", metavar="S", help="The session: title or cue."),
            click.option("--table", default="", metavar="N", help="The table it was taken at."),
            json_option,
        )
    ):  # fmt: skip
        function = decorate(function)
    return function


@click.group()
@event_argument
def note(event: str) -> None:
    """Take a note: a myth with its shows of hands, a bright spot, a pain point, an action.

    A text that begins with a hyphen follows --.
    """
    del event  # the sub-commands read it from here


@note.command(cls=Command)
@click.argument("text")
@click.option("--raised-by", default="", metavar="SIDE", help="The side that voiced it.")
@click.option("--reality", default="", metavar="R", help="What is true.")
@click.option("--evidence", default="", metavar="E", help="What shows it.")
@click.option("--why", default="", metavar="W", help="Why the claim misleads.")
@click.option("--room-line", default="", metavar="L", help="The reality in one short line.")
@click.option("--verdict", type=_Verdict(), metavar="V",
              help="busted, partly-true, fair-concern or unresolved.")  # fmt: skip
@_shared
@click.pass_context
def myth(ctx: click.Context, /, **given: Any) -> None:
    """Add a myth: TEXT is the claim. Prints its id."""
    _take(ctx, NoteKind.MYTH, given)


@note.command("bright-spot", cls=Command)
@click.argument("text")
@click.option("--where", default="", metavar="W", help="Where it works.")
@click.option("--needs", default="", metavar="N", help="What it needs.")
@click.option("--ask", default="", metavar="A", help="Whom to ask.")
@click.option("--side", "raised_by", default="", metavar="S", help="Whose it is.")
@click.option("--borough", "boroughs", multiple=True, metavar="B",
              help="A borough; may be given several times.")  # fmt: skip
@_shared
@click.pass_context
def bright_spot(ctx: click.Context, /, **given: Any) -> None:
    """Add a bright spot: TEXT is what works. Prints its id."""
    _take(ctx, NoteKind.BRIGHT_SPOT, given)


@note.command("pain-point", cls=Command)
@click.argument("text")
@click.option("--side", "raised_by", default="", metavar="S", help="The side that it hurts.")
@_shared
@click.pass_context
def pain_point(ctx: click.Context, /, **given: Any) -> None:
    """Add a pain point: TEXT is what hurts. Prints its id."""
    _take(ctx, NoteKind.PAIN_POINT, given)


@note.command(cls=Command)
@click.argument("text")
@click.option("--owner", default="", metavar="O", help="Who does it.")
@click.option("--due", type=_Day(), metavar="DATE", help="By when, like 2026-01-31.")
@click.option("--borough", "boroughs", multiple=True, metavar="B",
              help="A borough; may be given several times.")  # fmt: skip
@click.option("--from-note", type=click.UUID, metavar="ID", help="The note it follows from.")
@_shared
@click.pass_context
def action(ctx: click.Context, /, **given: Any) -> None:
    """Add an action: TEXT is what is to be done. Prints its id."""
    _take(ctx, NoteKind.ACTION, given)


@note.command(cls=_HandsCommand)
@click.argument("note_id", metavar="ID", type=click.UUID)
@click.argument(
    "moment", type=click.Choice([one.value for one in Moment]), metavar="(before | after)"
)
@json_option
@click.pass_context
def hands(
    ctx: click.Context, /, note_id: UUID, moment: str, as_json: bool, **shown: str | None
) -> None:
    """Keep a show of hands for a myth: raised of present, each side with its own number present.

    A side that was not counted is left out, and stays "not measured".
    """
    given = {
        key.removeprefix("side_").replace("_", "-"): text
        for key, text in shown.items()
        if text is not None
    }
    out = Output(as_json)
    with open_event(_event(ctx)) as app:
        if not given:
            keys = ", ".join(f"--{key}" for key in app.event.get().sides.keys)
            raise click.UsageError(f"No side was counted; give at least one of {keys}.", ctx)
        here = app.hands.here()
        counts = {side: _shown(ctx, side, text, here.get(side)) for side, text in given.items()}
        result = app.hands.show(note_id, Moment(moment), counts).hands
        sides = app.event.get().sides
    out.say(_hands_sentence(result, sides, Moment(moment)))
    out.line({"id": note_id, "moment": moment, **_hands_json(result, sides)})


# --- internal -------------------------------------------------------------------------------------


def _event(ctx: click.Context) -> str:
    return str(cast("click.Context", ctx.parent).params["event"])


def _take(ctx: click.Context, kind: NoteKind, given: dict[str, Any]) -> None:
    out = Output(given.pop("as_json"))
    by, session = given.pop("by"), given.pop("session")
    raised_by = given.pop("raised_by", "")
    content = NoteContent(
        text=given.pop("text"),
        attribution=Attribution(given.pop("attribution")),
        side=raised_by,
        themes=given.pop("themes"),
        boroughs=given.pop("boroughs", ()),
    )
    content = replace(content, **given)
    with open_event(_event(ctx)) as app:
        if session:
            content = replace(content, session_id=app.notes.find_session(session))
        if by:
            content = replace(content, who=app.notes.who(by))
        taken = app.notes.capture(new_id(), kind, content).note
        line = note_json(app, taken) if out.as_json else {}
    out.say(str(taken.id))
    out.line(line)


def note_json(app: EventApp, note: Note) -> dict[str, Any]:
    """A note as a line of `note --json`."""
    content = note.content
    line: dict[str, Any] = {
        "id": note.id,
        "kind": note.kind.value,
        "text": content.text,
        "attribution": content.attribution.value,
        "by": note.said_by or None,
        "side": content.side or None,
        "session": note.session or None,
        "table": content.table or None,
        "round": content.round_number,
        "themes": list(content.themes),
        "at": stamp(note.at),
    }
    match note.kind:
        case NoteKind.MYTH:
            line |= {
                "reality": content.reality or None, "room_line": content.room_line or None,
                "evidence": content.evidence or None, "why": content.why or None,
                "verdict": content.verdict.value if content.verdict else None,
                **_hands_json(note.hands, app.event.get().sides),
            }  # fmt: skip
        case NoteKind.BRIGHT_SPOT:
            line |= {
                "where": content.where or None, "needs": content.needs or None,
                "ask": content.ask or None, "boroughs": list(content.boroughs),
            }  # fmt: skip
        case NoteKind.PAIN_POINT:
            pass
        case NoteKind.ACTION:
            line |= {
                "owner": content.owner or None, "due": content.due,
                "boroughs": list(content.boroughs), "from_note": content.from_note,
            }  # fmt: skip
    return line


def _shown(ctx: click.Context, side: str, text: str, here: int | None) -> Count | Estimate:
    if not any(character.isdigit() for character in text):
        try:
            return parse_shown(text)
        except Refused as wrong:
            raise click.BadParameter(str(wrong), ctx, param_hint=f"--{side}") from wrong
    return parse_shown(text, here)


def _hands_json(hands: Hands, sides: Sides) -> dict[str, Any]:
    """Each side's hands and shift; null is "not measured"."""
    by_side: dict[str, Any] = {}
    for side in sides:
        shows = {moment: hands.of(side.key, moment) for moment in Moment}
        if not any(shows.values()):
            continue
        by_side[side.key] = {
            moment.value: None
            if show is None
            else {"raised": show.count.raised, "present": show.count.present}
            if show.count
            else {"by_eye": show.estimate.value if show.estimate else None}
            for moment, show in shows.items()
        } | {"shift": _rounded(hands.shift(side.key))}
    return {"hands": by_side, "room_shift": _rounded(hands.room_shift)}


def _rounded(shift: float | None) -> float | None:
    # + 0.0 turns -0.0 into 0.0
    return None if shift is None else round(shift, 1) + 0.0


def _hands_sentence(hands: Hands, sides: Sides, moment: Moment) -> str:
    parts = [
        f"{side.name} {hands.words(side.key, moment)}"
        for side in sides
        if hands.of(side.key, moment)
    ]
    sentence = f"{moment.value.capitalize()}: {', '.join(parts)}."
    shift = hands.room_shift
    return sentence if shift is None else f"{sentence} In the room, {shift_words(shift)}."
