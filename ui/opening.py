"""What opening and making an event means, as functions for the database lane.

The store is imported inside them: SQLModel takes most of a second, which the first paint of Start
cannot wait for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from facilitator.clocks import Clocks
from facilitator.domain.errors import Refused
from facilitator.domain.sides import DEFAULT_SIDES, parse_sides
from ui.screens.new_event import EventWish, TemplateChoice, WishErrors

if TYPE_CHECKING:
    from facilitator.app import EventApp
    from facilitator.services.events import Event
    from facilitator.services.joining import Joined
    from facilitator.services.taking_off import TakenOff
    from facilitator.services.way import Step


@dataclass(frozen=True, slots=True)
class Opened:
    """An event that was just opened, and what the head and the list of events say of it."""

    app: EventApp
    location: str
    event: Event
    counts: dict[str, int]
    #: what is to be said about it, such as that it is a copy of 09:18
    said: str = ""


def read_opened(app: EventApp, location: str) -> Opened:
    """What the window needs of an open event. The event is closed again where that fails."""
    try:
        return Opened(app, location, app.event.get(), dict(app.event.counts()))
    except BaseException:
        app.close()
        raise


def stand_of(app: EventApp, location: str) -> Opened:
    """How the open event stands now."""
    return Opened(app, location, app.event.get(), dict(app.event.counts()))


def open_location(location: str, clocks: Clocks) -> Opened:
    """Opens the event at a path or a URL. Raises Trouble in words where it cannot.

    A copy is brought to the usual folder and gone on with there; the copy itself stays as it is.
    """
    from facilitator.app import open_event

    if "://" not in location:
        from facilitator.services.copying import continue_from, look_at_copy
        from facilitator.services.roll import age_words

        copy = look_at_copy(Path(location))
        if copy is not None:
            place = continue_from(copy, default_folder())
            age = age_words(clocks.now() - copy.at)
            said = (
                f"This is a copy from {copy.event.local(copy.at):%H:%M}, {age} old. Going on with "
                f"it in “{place}”; what came later elsewhere can be brought together under Copies."
            )
            return replace(read_opened(open_event(place, clocks), str(place)), said=said)
    return read_opened(open_event(location, clocks), location)


def create_wish(wish: EventWish, clocks: Clocks) -> Opened | WishErrors:
    """Makes the event that was wished for, or says what is wrong at which field.

    Raises WorldTrouble where it cannot be written.
    """
    from facilitator.app import create_event
    from facilitator.services.events import NewEvent, parse_date, parse_tables

    errors: dict[str, str] = {}

    def read(name: str, parse: Callable[[], Any], usual: Any) -> Any:
        try:
            return parse()
        except Refused as refused:
            errors[name] = refused.happened
            return usual

    held_on: date = read("held_on", lambda: parse_date(wish.held_on), date.min)
    tables, seats = read("tables", lambda: parse_tables(wish.tables), (1, 2))
    sides = read(
        "sides", lambda: parse_sides(wish.sides) if wish.sides else DEFAULT_SIDES, DEFAULT_SIDES
    )
    if not wish.location:
        errors["location"] = "Say where the event is to be kept."
    if errors:
        return WishErrors(errors)
    new = NewEvent(
        wish.name, held_on, wish.venue, tables, seats, wish.template, sides,
    )  # fmt: skip
    if "://" not in wish.location and Path(wish.location).parent == default_folder():
        default_folder().mkdir(parents=True, exist_ok=True)
    try:
        app = create_event(wish.location, new, clocks)
    except Refused as refused:
        name = "name" if "name" in refused.happened else "location"
        return WishErrors({name: refused.happened})
    return read_opened(app, wish.location)


def join_event(code: str, desk: str, place: Path, clocks: Clocks) -> Joined:
    """Brings the shared event of a join code to `place`. Raises Trouble in words."""
    from facilitator.services.joining import join

    if place.parent == default_folder():
        place.parent.mkdir(parents=True, exist_ok=True)
    return join(code, desk, place, clocks=clocks)


def try_the_way(code: str) -> tuple[Step, ...]:
    """What is on the way to the hub of a join code. Raises Refused for what is no code."""
    from facilitator.services.way import try_way

    return try_way(code)


def take_off(location: str, *, unsent_too: bool) -> TakenOff:
    """Takes a joined event off this laptop, which nothing has open any more."""
    from facilitator.services.taking_off import take_off as take

    return take(Path(location), force=unsent_too)


def make_sample(clocks: Clocks) -> Opened:
    """Makes the sample event in the usual folder, or opens the one that is there."""
    from facilitator.app import open_event
    from facilitator.sample import make_sample_event

    folder = default_folder()
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "sample-day.facilitator"
    if place.exists():
        return read_opened(open_event(place, clocks), str(place))
    return read_opened(make_sample_event(place, clocks=clocks), str(place))


def template_choices(day: date) -> list[TemplateChoice]:
    """The programmes that a new event can begin with."""
    from facilitator.intake.templates import templates

    return [TemplateChoice(one.key, one.name, f"{one.words}.") for one in templates(day)]


def default_folder() -> Path:
    """Where events are kept unless somebody says otherwise."""
    return Path(platformdirs.user_documents_dir()) / "Facilitator"
