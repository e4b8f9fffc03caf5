"""What the After screen says, as plain values and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from facilitator.documents.page import day_in_words
from facilitator.documents.report_figures import DayFigures
from facilitator.domain.text import counted, listed
from facilitator.services.followup import BoroughCount
from facilitator.services.privacy import HeldNow
from facilitator.services.report import NameInText

ELSEWHERE = "Elsewhere"
#: boroughs that are listed by name; the rest stand together
NAMED = 3


@dataclass(frozen=True, slots=True)
class AfterState:
    """Everything that the screen shows."""

    figures: DayFigures
    lists: tuple[BoroughCount, ...]
    held: HeldNow
    names: tuple[NameInText, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what the report says; `state` is done, none or careful (something is missing)."""

    title: str
    words: str
    state: str = "done"


def headline(state: AfterState) -> tuple[str, str]:
    """How things stand, the worst true thing first: a sentence and what goes with it."""
    figures, held = state.figures, state.held
    came = counted(figures.came, "person", "people")
    if held.purged_at is not None and not held.people:
        if held.documents:
            many = counted(len(held.documents), "document")
            verb = "names" if len(held.documents) == 1 else "name"
            return (
                f"{many} outside the event still {verb} people",
                f"Delete by hand: {_documents(held.documents)}.",
            )
        return "Personal data has been removed", "The figures were kept, and so was the report."
    if held.keep_until is not None and held.is_due(state.today):
        late = held.keep_until < state.today
        return (
            f"Personal data was to be removed by {short_day(held.keep_until)}"
            if late
            else "Personal data is to be removed today",
            f"It is still held for {counted(held.people, 'person', 'people')}.",
        )
    if not figures.expected:
        return "Nobody is on the list yet", "The report fills as the day goes on."
    if not figures.came:
        return "Nobody has come yet", "The report fills as the day goes on."
    if state.names:
        many = len({one.note_id for one in state.names})
        notes = "1 note mentions" if many == 1 else f"{many} notes mention"
        return (
            f"{notes} somebody by name",
            f"The report leaves the names out: {names_listed(state.names)}.",
        )
    return (
        "The day is ready to send",
        f"{came} came. Nothing here leaves the laptop until you send it.",
    )


def _documents(names: tuple[str, ...], most: int = 3) -> str:
    more = len(names) - most
    shown = [f"“{name}”" for name in names[:most]]
    return listed(shown + ([counted(more, "other")] if more > 0 else []))


def names_listed(names: tuple[NameInText, ...], most: int = 3) -> str:
    """ "Devi Eze, Bilal Haddad and 2 others"."""
    found = list(dict.fromkeys(one.name for one in names))
    more = len(found) - most
    return listed(found[:most] + ([counted(more, "other")] if more > 0 else []))


def lines(state: AfterState) -> tuple[Line, ...]:
    """What is in the report and what is missing."""
    figures = state.figures
    ownerless = sum(not action.has_owner for action in figures.actions)
    measured = sum(bool(myth.hands.compared) for myth in figures.myths)
    unsaid = sum(not myth.reality for myth in figures.myths)
    named = {one.note_id for one in state.names}
    pains = len(figures.pain_points)
    with_names = sum(note.id in named for note in figures.pain_points)
    met, myths = figures.meetings, len(figures.myths)
    spots, actions = len(figures.bright_spots), len(figures.actions)
    have = "has" if ownerless == 1 else "have"
    return (
        _line("Who came", figures.came, "by side", none="nobody yet"),
        _line("Meetings", met.meetings, f"{met.pairs_across:,} across sides", none="none yet"),
        _line("Myths", myths, _myths(myths, measured, unsaid), careful=unsaid > 0),
        _line("Bright spots", spots, f"{spots}"),
        _line(
            "Pain points", pains, f"{pains}, {with_names or 'none'} with a name in it",
            careful=with_names > 0,
        ),
        _line(
            "Actions", actions,
            f"{ownerless} {have} no owner" if ownerless else f"{actions}, each with an owner",
            careful=ownerless > 0,
        ),
    )  # fmt: skip


def _line(
    title: str, many: int, words: str, *, careful: bool = False, none: str = "none yet"
) -> Line:  # fmt: skip
    if not many:
        return Line(title, none, "none")
    return Line(title, words, "careful" if careful else "done")


def _myths(many: int, measured: int, unsaid: int) -> str:
    if unsaid:
        return f"{many}, {unsaid} without a reality"
    return f"{many}, with hands" if measured == many else f"{many}, {measured} with hands"


def list_rows(lists: tuple[BoroughCount, ...]) -> tuple[BoroughCount, ...]:
    """The boroughs with the most people, the rest together."""
    if len(lists) <= NAMED + 1:
        return lists
    rest = lists[NAMED:]
    return (
        *lists[:NAMED],
        BoroughCount(ELSEWHERE, sum(o.came for o in rest), sum(o.agreed for o in rest)),
    )


def held_words(held: HeldNow) -> str:
    """Whose data is held, and by when that ends."""
    if not held.people:
        when = f" since {short_day(held.purged_at)}" if held.purged_at else ""
        return f"No names or addresses are held{when}."
    text = f"Held for {counted(held.people, 'person', 'people')}, of whom {held.agreed} agreed to "
    text += "be kept in touch. "
    if held.keep_until is None:
        return text + "No day is set to remove it."
    return text + f"You said you would remove the rest by {short_day(held.keep_until)}."


def short_day(day: date | datetime) -> str:
    """ "16 December 2025"."""
    return " ".join(day_in_words(day).split(" ")[1:])


def names_words(inside: bool) -> str:
    """Whether names are inside."""
    return "Names are inside." if inside else "No names are inside."
