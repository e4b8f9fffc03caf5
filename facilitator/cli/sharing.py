"""`facilitator share`, `join`, `desks`, `take-over`, `bring-home`, `try-way` and `take-off`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from facilitator.app import EventApp, open_event
from facilitator.cli.base import Command, Output, event_argument, json_option, out_option
from facilitator.domain.errors import Refused
from facilitator.domain.text import clean, counted, fold, listed

if TYPE_CHECKING:
    from facilitator.services.sharing import Desk, Invitation, Shared

#: qrcode.util.MODE_ALPHA_NUM, as its types want it
_ALNUM: Final = 2
_ROLES = ("desk", "facilitator", "organiser")
_LONGEST_NAME = 80

code_argument = click.argument("code", metavar="CODE", nargs=-1)
port_option = click.option(
    "--port", default=0, metavar="N", type=click.IntRange(0, 65535),
    help="The port to listen at; a free one where not given.",
)  # fmt: skip
address_option = click.option(
    "--address", "addresses", multiple=True, metavar="A",
    help="An address that others reach this laptop by; found out where not given.",
)  # fmt: skip


@click.command(cls=Command)
@event_argument
@click.option("--stop", is_flag=True, help="End the sharing; everything is in the file again.")
@click.option("--server", default="", metavar="URL", help="An existing PostgreSQL to share on.")
@port_option
@click.option("--name", default="", metavar="NAME", help="What the others call this laptop.")
@address_option
@click.option(
    "--invite", "role", metavar="ROLE", type=click.Choice(_ROLES),
    help="Whom the join code is for: desk, facilitator or organiser.",
)  # fmt: skip
@json_option
def share(
    event: str, stop: bool, server: str, port: int, name: str, addresses: tuple[str, ...],
    role: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Share the event with other laptops, and show a code with which one of them joins.

    Returns once it listens; that goes on until --stop. Where it is shared already, a fresh code
    is shown. A code works once and for ten minutes.
    """
    out = Output(as_json)
    if stop and (server or port or name or addresses or role):
        raise click.UsageError("--stop stands alone")
    with open_event(event) as app:
        if stop:
            said = app.sharing.stop()
            out.say(said)
            out.line({"shared": False, "said": said})
            return
        known = app.sharing.standing().kind != "own"
        if known and (server or name or ((port or addresses) and not app.sharing.is_hub)):
            raise Refused(
                "This event is shared already.", "Nothing was changed.",
                "End that first: facilitator share EVENT --stop",
            )  # fmt: skip
        shared = None
        # Another organiser's laptop may invite too; the hub's server may have been off.
        if not role or not known or app.sharing.is_hub:
            shared = app.sharing.share(
                server=server, port=port, name=clean(name)[:_LONGEST_NAME], addresses=addresses
            )
        invitation = app.sharing.invite(role or "desk")
        until = app.event.get().local(invitation.until)
    if shared is not None:
        out.say(_listens(shared))
    _show(out, invitation, until)
    out.line({**_shared_json(shared), "shared": True, "role": invitation.role,
              "code": invitation.text, "until": invitation.until})  # fmt: skip


@click.command(cls=Command)
@click.argument("event", metavar="LOCAL")
@port_option
@address_option
@json_option
def take_over(event: str, port: int, addresses: tuple[str, ...], as_json: bool) -> None:
    """Make this laptop the hub where the hub is lost. LOCAL: its file, joined as organiser."""
    out = Output(as_json)
    with open_event(event) as app:
        shared = app.sharing.take_over(port=port, addresses=addresses)
    out.say(f"This laptop is the hub now. {_listens(shared)}")
    out.line({**_shared_json(shared), "shared": True})


@click.command(cls=Command)
@code_argument
@click.option("--desk", metavar="NAME", help="What the others call this laptop.")
@out_option("The file to make, which is this laptop's EVENT from then on.", required=False)
@click.option(
    "--again", metavar="LOCAL", type=Path,
    help="Go on with a joining that was cut off: the file's name. Needs no code.",
)  # fmt: skip
@json_option
def join(
    code: tuple[str, ...], desk: str | None, out: Path | None, again: Path | None, as_json: bool
) -> None:
    """Join a shared event with the code that its laptop shows.

    Spaces, dashes and small letters in CODE do not matter. A file that joined
    before keeps its name, and finds its hub again by the code.
    """
    says = Output(as_json)
    from facilitator.services import joining

    if again is not None:
        if code or desk is not None or out is not None:
            raise click.UsageError("--again stands alone")
        local, joined = again, joining.join_again(again)
    else:
        if not code or out is None:
            raise click.UsageError("join needs CODE and -o LOCAL")
        name = clean(desk)[:_LONGEST_NAME] or joining.joined_as(out)
        if not name:
            raise click.UsageError("join needs --desk NAME: what the others call this laptop")
        local, joined = out, joining.join(" ".join(code), name, out)
    says.say(joined.sentence)
    says.say(f"From now on: facilitator scan {local}")
    says.line(
        {"event": local, "people": joined.people, "seconds": round(joined.seconds, 3),
         "hub": joined.hub, "role": joined.role, "skew": round(joined.skew, 3)}
    )  # fmt: skip


@click.command(cls=Command)
@event_argument
@click.option("--rename", nargs=2, metavar="OLD NEW", help="Give a desk another name.")
@click.option("--put-off", metavar="NAME", help="A laptop is lost: it gets in no more.")
@json_option
def desks(event: str, rename: tuple[str, str] | None, put_off: str | None, as_json: bool) -> None:
    """The laptops that share this event, and when each was last heard of."""
    out = Output(as_json)
    with open_event(event) as app:
        if rename is not None:
            new = clean(rename[1])[:_LONGEST_NAME]
            if not new:
                raise click.UsageError("a desk's new name is empty")
            app.sharing.rename(_find(app, rename[0]).id, new)
        if put_off is not None:
            app.sharing.put_off(_find(app, put_off).id)
        found, standing = app.sharing.desks(), app.sharing.standing()
        now, local = app.clocks.now(), app.event.get().local
    if standing.kind == "own":
        out.say("This event is not shared now." + (" These had joined it:" if found else ""))
    # only organisers' laptops are told by the hub when the others were heard of
    knows = standing.kind == "shared" and standing.role == "organiser"
    for one in found:
        heard = None if one.heard_at is None else local(one.heard_at)
        out.say(_desk_sentence(one, heard, now, knows=knows))
        out.line(
            {"id": one.id, "name": one.name, "role": one.role, "machine": one.machine,
             "joined_at": one.joined_at, "heard_at": one.heard_at, "put_off_at": one.put_off_at,
             "taken_off_at": one.taken_off_at, "is_hub": one.is_hub, "is_this": one.is_this,
             "waiting": one.waiting, "skew": round(one.skew, 3),
             "is_behind": one.is_behind if knows else None}
        )  # fmt: skip


@click.command(cls=Command)
@click.argument("url", metavar="URL")
@out_option("The file to make. Nothing is overwritten.")
@json_option
def bring_home(url: str, out: Path, as_json: bool) -> None:
    """Make a file again of the event that is on a PostgreSQL, complete. URL: its database."""
    says = Output(as_json)
    from facilitator.services.joining import bring_home as bring

    rows = bring(url, out)
    says.say(f"The event is at home: {counted(rows, 'row')} in {out}.")
    says.line({"event": out, "rows": rows})


@click.command(cls=Command)
@code_argument
@json_option
def try_way(code: tuple[str, ...], as_json: bool) -> None:
    """Try the way to a shared event beforehand, and say what is in it. Uses nothing up."""
    out = Output(as_json)
    if not code:
        raise click.UsageError("try-way needs CODE")
    from facilitator.services.way import try_way as walk

    steps = walk(" ".join(code))
    for step in steps:
        out.say(f"{'Good' if step.ok else 'Not good'}: {step.words}")
        out.line({"ok": step.ok, "words": step.words})
    wrong = [step.words for step in steps if not step.ok]
    if wrong:
        raise Refused(wrong[0], "Nothing was changed.")
    out.say("The way is free.")


@click.command(cls=Command)
@click.argument("local", metavar="LOCAL", type=Path)
@click.option("--unsent-too", is_flag=True, help="Even what the hub has not got yet; it is lost.")
@json_option
def take_off(local: Path, unsent_too: bool, as_json: bool) -> None:
    """Take the event's data off this laptop, which joined it. The hub keeps everything."""
    out = Output(as_json)
    from facilitator.services.taking_off import take_off as take

    taken = take(local, force=unsent_too)
    out.say(taken.sentence)
    out.line(
        {"event": local, "taken_off": not taken.unreached, "told": taken.is_told,
         "copies": taken.copies, "documents": taken.documents,
         "unreached": [{"path": one.path, "why": one.why} for one in taken.unreached]}
    )  # fmt: skip


# --- words ----------------------------------------------------------------------------------------


def _listens(shared: Shared) -> str:
    # an address with colons of its own stands in brackets
    shown = [f"[{one}]" if ":" in one else one for one in shared.addresses]
    where = listed([f"{one}:{shared.port}" for one in shown], "or")
    return f"The event is shared at {where}." if where else "The event is shared."


def _shared_json(shared: Shared | None) -> dict[str, object]:
    if shared is None:
        return {}
    return {"addresses": shared.addresses, "port": shared.port, "term": shared.term,
            "server": shared.server}  # fmt: skip


def _show(out: Output, invitation: Invitation, until: datetime) -> None:
    if out.as_json:
        return
    out.say(f"Another laptop joins as {invitation.role} with this code, once, until {until:%H:%M}:")
    out.say(invitation.text)
    if sys.stdout.isatty():
        from qrcode import QRCode
        from qrcode.constants import ERROR_CORRECT_L
        from qrcode.util import QRData

        picture = QRCode(error_correction=ERROR_CORRECT_L, border=2)
        picture.add_data(QRData(invitation.text, mode=_ALNUM), optimize=0)
        picture.print_ascii(out=sys.stdout, invert=True)


def _find(app: EventApp, name: str) -> Desk:
    """The desk of a name, or of an id. Refused where none or several have it."""
    found = app.sharing.desks()
    wanted = clean(name)
    same = [one for one in found if wanted in (one.name, str(one.id))]
    same = same or [one for one in found if fold(one.name) == fold(wanted)]
    if len(same) == 1:
        return same[0]
    if same:
        raise Refused(
            f"Several desks are called “{wanted}”.", "Nothing was changed.", "Say its id."
        )
    known = listed([f"“{one.name}”" for one in found[:8]]) or "none"
    raise Refused(
        f"There is no desk “{wanted[:_LONGEST_NAME]}”.", "Nothing was changed.",
        f"There are: {known}.",
    )  # fmt: skip


def _desk_sentence(desk: Desk, heard: datetime | None, now: datetime, *, knows: bool) -> str:
    is_what = [desk.role]
    if desk.is_hub:
        is_what.append("the hub")
    if desk.is_this:
        is_what.append("this laptop")
    named = f"{desk.name} ({', '.join(is_what)})"
    if desk.taken_off_at is not None:
        return f"{named}: its data was taken off."
    if desk.put_off_at is not None:
        return f"{named}: put off."
    parts = [f"{named}: {_heard(heard, now)}" if knows else f"{named}."]
    if desk.waiting:
        parts.append(f"{counted(desk.waiting, 'fact')} to send.")
    if abs(desk.skew) >= 2:
        slow = "slow" if desk.skew > 0 else "fast"
        parts.append(f"Its clock is {counted(round(abs(desk.skew)), 'second')} {slow}.")
    return " ".join(parts)


def _heard(heard: datetime | None, now: datetime) -> str:
    if heard is None:
        return "not heard of yet."
    seconds = max(0, round((now - heard).total_seconds()))
    if seconds < 60:
        return f"heard of {counted(seconds, 'second')} ago."
    day = "" if heard.date() == now.astimezone(heard.tzinfo).date() else f"{heard:%Y-%m-%d} "
    return f"not heard of since {day}{heard:%H:%M}."
