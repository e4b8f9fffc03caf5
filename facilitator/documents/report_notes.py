"""The sections of the report that come from notes: myths, bright spots, pain points, actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from facilitator.documents.charts import Bar, Chart
from facilitator.documents.page import day_in_words
from facilitator.documents.report_blocks import (
    Block,
    Bullets,
    Grid,
    Heading,
    Para,
    Picture,
    Together,
)
from facilitator.documents.report_counts import EVERYBODY, HIDDEN_WORDS, Counts
from facilitator.documents.report_figures import DayFigures, NoteFigure, verdict_words
from facilitator.domain.hands import NOT_MEASURED, Moment, points, shift_words
from facilitator.domain.sides import Side
from facilitator.domain.text import counted

NO_THEME = "Without a theme"
NO_BOROUGH = "No borough named"


# --- myths ----------------------------------------------------------------------------------------


def myth_blocks(figures: DayFigures, counts: Counts) -> list[Block]:
    """Each myth, its reality first, with the hands of each side."""
    blocks: list[Block] = [Heading("Myths, and what is so")]
    if not figures.myths:
        return [*blocks, Para("No myth was taken down.")]
    for number, myth in enumerate(figures.myths, 1):
        blocks += _myth(number, myth, figures, counts)
    blocks.append(
        Para("Hands raised of people present, counted in the room; solid before, outlined after "
             "the discussion. Source: shows of hands.", quiet=True)
    )  # fmt: skip
    return blocks


def _myth(number: int, myth: NoteFigure, figures: DayFigures, counts: Counts) -> list[Block]:
    title = myth.reality or f"“{myth.text}”: the reality was not written down"
    first_line, *more = title.splitlines()
    start: list[Block] = [Heading(f"{number}. {first_line}", 2)]
    start += [Para(line) for line in more if line.strip()]
    said = f"The myth: “{myth.text.rstrip(' .')}”"
    voice = side_named(figures, myth.side)
    said += f", voiced by {voice.people}." if voice else "."
    start.append(Para(f"{said} {verdict_words(myth.verdict)}.", bold_start="The myth:"))
    for label, text in (("Evidence:", myth.evidence), ("Why it misleads:", myth.why)):
        if text:
            start.append(Para(f"{label} {' '.join(text.split())}", bold_start=label))
    if myth.who:
        start.append(Para(f"Said by {myth.who}.", quiet=True))
    if myth.hands.is_measured:
        start.append(Picture(hands_chart(myth, figures, counts)))
        start.append(Para(shift_sentence(myth, figures, counts)))
    else:
        start.append(Para("Hands were not measured.", quiet=True))
    return [Together(tuple(start))]


def hands_chart(
    myth: NoteFigure, figures: DayFigures, counts: Counts, *, briefly: bool = False
) -> Chart:
    """Before and after by side and of the room, as shares of those present. `briefly`: of the
    sides where every one may be shown, else of the room alone."""
    bars: list[Bar] = []
    said: list[str] = []
    sides = [side for side in figures.sides if side.key in myth.hands.sides]
    has_room = len(myth.hands.compared) > 1 and room_is_shown(counts, myth)
    if briefly and has_room:
        whole = all(hands_words(myth, s, m, counts) != HIDDEN_WORDS for s in sides for m in Moment)
        sides, has_room = (sides, False) if whole else ([], True)
    for side in sides:
        both = [hands_words(myth, side, moment, counts) for moment in Moment]
        said += [
            f"{side.shown} {moment.value}: {words}"
            for moment, words in zip(Moment, both, strict=True)
        ]
        if both == [HIDDEN_WORDS, HIDDEN_WORDS]:
            bars.append(Bar(side, "Before and after", None, HIDDEN_WORDS))
            continue
        for moment, words in zip(Moment, both, strict=True):
            count = myth.hands.count(side.key, moment)
            shown = count is not None and counts.shows(moment, myth.id, side.key, "raised")
            value = count.raised / count.present if count is not None and shown else None
            label = "Before" if moment is Moment.BEFORE else "After"
            bars.append(Bar(side, label, value, words, outlined=moment is Moment.AFTER))
    if has_room:
        for moment in Moment:
            raised = counts.value(moment, myth.id, EVERYBODY, "raised") or 0
            present = counts.value(moment, myth.id, EVERYBODY, "present") or 0
            words, label = f"{raised:,} of {present:,}", moment.value
            bars.append(Bar(None, f"Room {label}", raised / present if present else None, words,
                            outlined=moment is Moment.AFTER))  # fmt: skip
            said.append(f"The room {label}: {words}")
    return Chart(
        "Who believed it", tuple(bars), 1.0,
        f"Bar chart of who believed it. {'; '.join(said)}.",
    )  # fmt: skip


def room_is_shown(counts: Counts, myth: NoteFigure) -> bool:
    """Whether the room's counts of both moments may be printed."""
    return bool(myth.hands.compared) and all(
        counts.shows(moment, myth.id, EVERYBODY, "raised") for moment in Moment
    )


def hands_words(myth: NoteFigure, side: Side, moment: Moment, counts: Counts) -> str:
    """ "20 of 25", "most, by eye", "not measured" or "not shown"."""
    if myth.hands.count(side.key, moment) is None:
        return myth.hands.words(side.key, moment)
    raised = counts.value(moment, myth.id, side.key, "raised")
    if raised is None:
        return HIDDEN_WORDS
    return f"{raised:,} of {counts.text(moment, myth.id, side.key, 'present')}"


def side_shift(myth: NoteFigure, side: str, counts: Counts) -> float | None:
    """The shift of one side (or "all") in points, or None: not counted, or not to be shown."""
    shift = myth.hands.room_shift if side == EVERYBODY else myth.hands.shift(side)
    if shift is None:
        return None
    shown = all(counts.shows(moment, myth.id, side, "raised") for moment in Moment)
    return shift if shown else None


def shift_sentence(myth: NoteFigure, figures: DayFigures, counts: Counts) -> str:
    """How far each side and the room moved, in words and points."""
    parts = []
    for side in figures.sides:
        if side.key not in myth.hands.sides:
            continue
        shift = side_shift(myth, side.key, counts)
        if shift is not None:
            parts.append(f"{side.shown}: {shift_words(shift)} ({points(shift)}).")
        elif myth.hands.shift(side.key) is not None:
            parts.append(f"{side.shown}: {HIDDEN_WORDS}.")
        else:
            parts.append(f"{side.shown}: the change was {NOT_MEASURED}.")
    room = side_shift(myth, EVERYBODY, counts)
    if room is not None and len(myth.hands.compared) > 1:
        parts.append(f"The room: {shift_words(room)} ({points(room)}).")
    return " ".join(parts)


def side_named(figures: DayFigures, key: str) -> Side | None:
    """The side of a key, or None where nothing is said."""
    return figures.sides[key] if key and key in figures.sides else None


# --- bright spots ---------------------------------------------------------------------------------


def bright_spot_blocks(figures: DayFigures, counts: Counts) -> list[Block]:
    """What already works, what it needs and who will copy it."""
    blocks: list[Block] = [Heading("Bright spots: what already works")]
    if not figures.bright_spots:
        return [*blocks, Para("No bright spot was taken down.")]
    for spot in figures.bright_spots:
        lines: list[Block] = [Heading(spot.text, 2)]
        place = ", ".join(dict.fromkeys(part for part in (spot.where, *spot.boroughs) if part))
        for label, text in (
            ("Where:", place), ("What it needs:", spot.needs), ("Ask:", spot.ask),
            ("Said by:", spot.who), ("Pledged to copy it:", _pledges(spot, figures, counts)),
        ):  # fmt: skip
            if text:
                lines.append(Para(f"{label} {' '.join(text.split())}", bold_start=label))
        blocks.append(Together(tuple(lines)))
    return blocks


def _pledges(spot: NoteFigure, figures: DayFigures, counts: Counts) -> str:
    if not spot.pledges:
        return "nobody yet" if figures.internal else ""
    number = counts.value("pledges", spot.id)
    text = (
        HIDDEN_WORDS if number is None else counted(number, "person or place", "people or places")
    )
    return text + (f" ({', '.join(spot.pledged_by)})" if spot.pledged_by else "")


# --- pain points ----------------------------------------------------------------------------------


def pain_point_blocks(figures: DayFigures) -> list[Block]:
    """What hurts, by theme and by side."""
    blocks: list[Block] = [Heading("Pain points, by theme and side")]
    points_found = figures.pain_points
    if not points_found:
        return [*blocks, Para("No pain point was taken down.")]
    themes = theme_counts(points_found, figures)
    sides = tuple(figures.sides)
    rows = tuple(
        (theme[:1].upper() + theme[1:], *(f"{number:,}" for number in numbers), f"{total:,}")
        for theme, numbers, total in themes
    )
    blocks += [
        Grid(("Theme", *(s.shown for s in sides), "No side", "All"), rows,
             (2, 1.3, 1.5, 1, 1, 0.8), frozenset(range(1, 6)), "Pain points by theme and side"),
        Para(f"n = {counted(len(points_found), 'pain point')}; one with several themes is counted "
             "under each. Source: notes.", quiet=True),
    ]  # fmt: skip
    for theme, _, _ in themes:
        inside = [note for note in points_found if theme in (note.themes or (NO_THEME,))]
        items = []
        for note in inside:
            side = side_named(figures, note.side)
            who = note.who or (side.shown if side else "")
            items.append(f"{note.text} ({who})" if who else note.text)
        blocks += [Together((Heading(theme[:1].upper() + theme[1:], 2), Bullets(tuple(items))))]
    return blocks


def theme_counts(
    notes: Sequence[NoteFigure], figures: DayFigures
) -> list[tuple[str, tuple[int, int, int, int], int]]:
    """For each theme, the commonest first: notes of each side and of none, and all."""
    keys = (*figures.sides.keys, "")
    found: dict[str, list[int]] = {}
    for note in notes:
        place = keys.index(note.side) if note.side in keys else 3
        for theme in note.themes or (NO_THEME,):
            found.setdefault(theme, [0, 0, 0, 0])[place] += 1
    return [
        (theme, (n[0], n[1], n[2], n[3]), sum(n))
        for theme, n in sorted(
            found.items(), key=lambda item: (item[0] == NO_THEME, -sum(item[1]), item[0])
        )
    ]


# --- actions --------------------------------------------------------------------------------------


def by_borough(actions: Sequence[NoteFigure]) -> list[tuple[str, list[NoteFigure]]]:
    """Actions of each borough, A to Z, those without an owner first, then by date."""
    found: dict[str, list[NoteFigure]] = {}
    for action in actions:
        for borough in action.boroughs or (NO_BOROUGH,):
            found.setdefault(borough, []).append(action)
    return [
        (borough, sorted(found[borough], key=action_order))
        for borough in sorted(found, key=lambda b: (b == NO_BOROUGH, b))
    ]


def action_order(action: NoteFigure) -> tuple[bool, bool, str, str]:
    """Without an owner first, then by date, those without a date last."""
    return (
        action.has_owner, action.due is None, action.due.isoformat() if action.due else "",
        action.text,
    )  # fmt: skip


def owner_words(action: NoteFigure) -> str:
    """The owner as far as they may be named, else that there is one, or none."""
    if not action.has_owner:
        return "No owner yet"
    return action.owner or "Has an owner"


def due_words(action: NoteFigure) -> str:
    """ "2 December 2025", "done" or "no date"."""
    if action.done:
        return "Done"
    return day_in_words(action.due).partition(" ")[2] if action.due else "No date"


def action_blocks(figures: DayFigures) -> list[Block]:
    """What was agreed, by borough, and when to look again."""
    blocks: list[Block] = [Heading("Actions, by borough")]
    if not figures.actions:
        return [*blocks, Para("No action was agreed.")]
    for borough, actions in by_borough(figures.actions):
        rows = tuple((a.text, owner_words(a), due_words(a)) for a in actions)
        blocks.append(
            Together((
                Heading(borough, 2),
                Grid(("What", "Who", "By when"), rows, (3.6, 1.6, 1.3)),
            ))
        )  # fmt: skip
    first, second = (day_in_words(figures.held_on + timedelta(days=d)) for d in (30, 90))
    blocks += [
        Heading("When to look again", 2),
        Para(f"After 30 days, on {first}: has it an owner, and has it begun? After 90 days, on "
             f"{second}: is it done, and which bright spots were copied?"),
        Grid(("Action", "Who", "After 30 days", "After 90 days"),
             tuple((a.text, owner_words(a), "Done" if a.done else "", "Done" if a.done else "")
                   for a in sorted(figures.actions, key=action_order)),
             (3, 1.6, 1.4, 1.4), caption="To fill in after 30 and 90 days"),
    ]  # fmt: skip
    return blocks
