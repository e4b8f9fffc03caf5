"""The report in words: the day's figures in, blocks out. PDF, Word and Markdown print the same."""

from __future__ import annotations

import textwrap
from collections import Counter

from facilitator.documents.charts import Bar, Chart
from facilitator.documents.page import day_in_words
from facilitator.documents.report_blocks import (
    Block,
    Bullets,
    Grid,
    Heading,
    KeyFigures,
    Logos,
    NewPage,
    Para,
    Picture,
    Quote,
    Report,
    Together,
    words_of,
)
from facilitator.documents.report_counts import EVERYBODY, HIDDEN, HIDDEN_WORDS, Counts
from facilitator.documents.report_figures import DayFigures, NoteFigure
from facilitator.documents.report_glossary import found_in
from facilitator.documents.report_meetings import meeting_blocks
from facilitator.documents.report_notes import (
    action_blocks,
    action_order,
    bright_spot_blocks,
    hands_chart,
    myth_blocks,
    owner_words,
    pain_point_blocks,
    room_is_shown,
)
from facilitator.documents.report_programme import programme_blocks
from facilitator.documents.report_suppression import LEAST
from facilitator.domain.hands import Moment
from facilitator.domain.sides import Side
from facilitator.domain.text import counted, listed


def compose(figures: DayFigures) -> Report:
    """The whole report of one day."""
    counts = Counts(figures)
    body: list[Block] = [
        *_first_page(figures, counts),
        NewPage(),
        *_foreword_and_method(figures),
        *_who_came(figures, counts),
        *programme_blocks(figures),
        *meeting_blocks(figures, counts),
        *myth_blocks(figures, counts),
        *bright_spot_blocks(figures, counts),
        *pain_point_blocks(figures),
        *action_blocks(figures),
    ]
    body += [*_glossary(body), *_data_notes(figures, counts)]
    place = " · ".join(part for part in (figures.date_words, figures.venue) if part)
    title = "Report for the organisers" if figures.internal else "Report of the day"
    return Report(title, figures.name, place, tuple(body), _foot(figures))


def _foot(figures: DayFigures) -> str:
    if figures.internal:
        return "For the organisers only: small counts are whole."
    if any(note.is_named for note in figures.notes):
        return "Names stand only where those named agreed."
    if figures.attribution == "none":
        return "Notes are shown without saying who said them."
    return "Notes are shown by role, never by name."


# --- the first page -------------------------------------------------------------------------------


def lead_sentence(figures: DayFigures, counts: Counts) -> str:
    """ "106 of 118 people came: 46 from general practice, …"."""
    if not figures.expected:
        return "Nobody is on the list of this day yet."
    came, expected = counts.value("came", EVERYBODY), counts.value("expected", EVERYBODY)
    if came is None:
        return "Fewer people came than may be counted in a report that is published."
    start = (
        f"{came:,} of {expected:,} people came" if expected is not None else f"{came:,} people came"
    )
    parts = [
        f"{value:,} {_of_side(figure.side)}"
        for figure in figures.by_side
        if (value := counts.value("came", figure.side.key))
    ]
    return f"{start}: {listed(parts)}." if len(parts) > 1 else f"{start}."


def _of_side(side: Side) -> str:
    return side.people.removeprefix("people ")


def _first_page(figures: DayFigures, counts: Counts) -> list[Block]:
    blocks: list[Block] = []
    # a quote and logos take their place from the examples, so that the page stays one
    examples = 2 if figures.quote and figures.logos else 3
    lead = lead_sentence(figures, counts)
    met = figures.meetings
    if met.pairs_across and counts.shows_meetings:
        first, second = figures.sides.first, figures.sides.second
        if each := met.each_met(0):
            lead += f" {first.people.capitalize()} met {each:.0f} {_of_side(second)} each."
    if best := _most_moved(figures, counts):
        before, after = (counted_words(counts, m, best) for m in Moment)
        lead += f" {before} believed “{best.text.rstrip('.')}”; afterwards {after}."
    blocks.append(Para(lead, lead=True))
    blocks.append(KeyFigures(_five(figures, counts)))
    blocks += [Heading("Who came", 2), Picture(came_chart(figures, counts))]
    blocks += [Heading("What changed minds", 2), Para(changed_minds(figures))]
    if best:
        blocks.append(Picture(hands_chart(best, figures, counts, briefly=True)))
    blocks += [Heading("What already works", 2), Para(what_works(figures, counts))]
    if figures.bright_spots:
        blocks.append(Bullets(tuple(_short(spot.text) for spot in figures.bright_spots[:examples])))
    blocks += [Heading("What happens next", 2), Para(happens_next(figures))]
    if figures.actions:
        first = sorted(figures.actions, key=action_order)[:examples]
        blocks.append(
            Bullets(tuple(f"{_short(a.text)} ({owner_words(a).lower()})" if not a.has_owner
                          else _short(a.text) for a in first))
        )  # fmt: skip
    if figures.quote:
        blocks.append(Quote(figures.quote.words, figures.quote.who))
    if figures.logos:
        thanks = Para("With thanks to", quiet=True)
        logos = Logos(tuple((logo.name, logo.content) for logo in figures.logos))
        blocks.append(Together((thanks, logos)))
    return blocks


def _foreword_and_method(figures: DayFigures) -> list[Block]:
    # not on the first page, which they would push over where they are long
    blocks: list[Block] = []
    if figures.foreword:
        blocks.append(Heading("Foreword"))
        blocks += [Para(part) for part in figures.foreword.splitlines() if part.strip()]
    if figures.aims:
        blocks.append(Heading("Aims of the day"))
        blocks += [Para(part) for part in figures.aims.splitlines() if part.strip()]
    return [*blocks, Heading("How this was found out"), Para(method(figures))]


def method(figures: DayFigures) -> str:
    """In a few sentences, how the day was held and counted."""
    met = figures.meetings
    text = "People were checked in at the desks, which is how they are counted. "
    if met.meetings:
        text += (
            f"They sat at {counted(met.tables, 'table')} in {counted(met.rounds, 'round')}, mixed "
            "so that people of both sides sat together and met new faces each time. "
        )
    text += "What was said was written down during the day"
    if any(myth.hands.is_measured for myth in figures.myths):
        text += "; for a myth, hands were counted by side before it was discussed and after"
    return f"{text}. Each figure says how many it is of and where it is from."


def _short(text: str) -> str:
    """At most about a line and a half."""
    return textwrap.shorten(text, 140, placeholder=" …")


def counted_words(counts: Counts, moment: Moment, myth: NoteFigure) -> str:
    """ "58 of 90" of the room at a moment."""
    raised = counts.text(moment, myth.id, EVERYBODY, "raised")
    return f"{raised} of {counts.text(moment, myth.id, EVERYBODY, 'present')}"


def _most_moved(figures: DayFigures, counts: Counts) -> NoteFigure | None:
    moved = [m for m in figures.myths if room_is_shown(counts, m) and m.hands.room_shift]
    return min(moved, key=lambda m: m.hands.room_shift or 0, default=None)


def _five(figures: DayFigures, counts: Counts) -> tuple[tuple[str, str], ...]:
    met, first, second = figures.meetings, figures.sides.first, figures.sides.second
    came, expected = counts.text("came", EVERYBODY), counts.text("expected", EVERYBODY)
    measured = [m for m in figures.myths if m.hands.compared]
    ownerless = sum(not a.has_owner for a in figures.actions)
    share = met.share if counts.shows_meetings else None
    return (
        (came, f"people came, of {expected} expected" if expected != HIDDEN else "people came"),
        (
            f"{met.pairs_across:,}" if counts.shows_meetings else HIDDEN,
            f"pairs met across {first.name.lower()} and {second.name.lower()}",
        ),
        (
            HIDDEN if share is None else f"{share:.0%}",
            "of meetings were across the two sides"
            if share is None
            else f"of meetings were across the two sides; chance gives {met.chance:.0%}",
        ),
        (
            f"{len(figures.myths)}",
            ("myth" if len(figures.myths) == 1 else "myths")
            + f" said out loud, {len(measured)} with hands before and after",
        ),
        (
            f"{len(figures.actions)}",
            ("action" if len(figures.actions) == 1 else "actions")
            + (f", {ownerless} without an owner" if ownerless else ", each with an owner"
               if figures.actions else " taken"),
        ),
    )  # fmt: skip


def came_chart(figures: DayFigures, counts: Counts) -> Chart:
    """Who came by side, of those expected."""
    bars, said = [], []
    shown = [v for s in figures.by_side if (v := counts.value("came", s.side.key)) is not None]
    top = max([*shown, *(counts.value("expected", s.side.key) or 0 for s in figures.by_side), 1])
    for figure in figures.by_side:
        if figure.side not in counts.sides:
            continue
        key = figure.side.key
        came, expected = counts.value("came", key), counts.value("expected", key)
        words = HIDDEN_WORDS if came is None else f"{came:,}"
        if came is not None and expected is not None:
            words += f" of {expected:,}"
        bars.append(Bar(figure.side, figure.side.shown, came, words))
        said.append(f"{figure.side.shown}: {words}")
    return Chart("Who came", tuple(bars), top, f"Bar chart of who came. {'; '.join(said)}.")


def changed_minds(figures: DayFigures) -> str:
    """ "Six myths were said out loud. Two are busted, …"."""
    if not figures.myths:
        return "No myth was taken down."
    number = len(figures.myths)
    start = f"{counted(number, 'myth was', 'myths were')} said out loud."
    by_verdict = Counter(m.verdict for m in figures.myths)
    order = ("busted", "partly-true", "fair-concern", "unresolved", "")
    words = {
        "busted": "busted", "partly-true": "partly true", "fair-concern": "a fair concern",
        "unresolved": "unresolved", "": "without a verdict yet",
    }  # fmt: skip
    if number == 1:
        return f"{start} It is {words[figures.myths[0].verdict]}."
    parts = [
        f"{many} {'is' if many == 1 else 'are'} {words[v]}"
        for v in order
        if (many := by_verdict.get(v, 0))
    ]
    return f"{start} {listed(parts)}."


def what_works(figures: DayFigures, counts: Counts) -> str:
    """ "9 bright spots were shared; 14 pledges to copy them."."""
    number = len(figures.bright_spots)
    if not number:
        return "No bright spot was taken down."
    text = f"{counted(number, 'bright spot was', 'bright spots were')} shared"
    pledges = counts.value("pledges", EVERYBODY)
    return f"{text}, with {counted(pledges, 'pledge')} to copy them." if pledges else f"{text}."


def happens_next(figures: DayFigures) -> str:
    """ "Eight actions, in five boroughs. Two still need an owner. The first is due on …"."""
    actions = figures.actions
    if not actions:
        return "No action was agreed."
    boroughs = {borough for action in actions for borough in action.boroughs}
    text = counted(len(actions), "action")
    text += f", in {counted(len(boroughs), 'borough')}." if boroughs else "."
    if ownerless := sum(not action.has_owner for action in actions):
        text += f" {ownerless} still {'needs' if ownerless == 1 else 'need'} an owner."
    if dues := [action.due for action in actions if action.due and not action.done]:
        text += f" The first is due on {day_in_words(min(dues))}."
    return text


# --- who was in the room --------------------------------------------------------------------------


def _who_came(figures: DayFigures, counts: Counts) -> list[Block]:
    names = {"front": "Front line", "leader": "Leaders", "unsaid": "Not said"}
    lines = counts.lines
    columns = ("", "Expected", "Came", *(names[line] for line in lines))
    rows = [
        (name, counts.text("expected", key), counts.text("came", key),
         *(counts.text("came", key, line) for line in lines))
        for key, name in [(side.key, side.shown) for side in counts.sides]
        + [(EVERYBODY, "Everybody")]
    ]  # fmt: skip
    blocks: list[Block] = [
        Heading("Who was in the room"),
        Grid(columns, tuple(rows), (3, *(1.2 for _ in columns[1:])),
             frozenset(range(1, len(columns))), "People by side, front line and leaders"),
        Para(f"n = {counts.text('came', EVERYBODY)} who came. Source: the list, and check-in at "
             "the desks. A side is where somebody works."
             + (" “Not said”: the list does not tell front line from leader."
                if "unsaid" in lines else ""), quiet=True),
    ]  # fmt: skip
    named = [b for b in counts.boroughs if b.total]
    if not named:
        return blocks
    sides = list(counts.sides)
    shown = sides if figures.internal else []
    table = tuple(
        (b.borough, *(counts.text("borough", b.borough, s.key) for s in shown),
         counts.text("borough", b.borough))
        for b in named
    )  # fmt: skip
    lonely = [
        b.borough for b in figures.boroughs if b.has_one_side_only and b.borough != "Not said"
    ]
    blocks += [
        Heading("Boroughs", 2),
        Grid(("Borough", *(s.shown for s in shown), "All" if shown else "People who came"), table,
             (2.4, *(1.4 for _ in shown), 1), frozenset(range(1, 2 + len(shown))),
             "People who came, by borough"),
    ]  # fmt: skip
    if lonely:
        which = f": {listed(lonely)}" if figures.internal else ""
        blocks.append(
            Para(f"{counted(len(lonely), 'borough')} had people from one of the two sides "
                 f"only{which}.")
        )  # fmt: skip
    else:
        blocks.append(Para("Every borough had people from both sides."))
    blocks.append(
        Para(f"n = {counts.text('came', EVERYBODY)} who came. Source: the list."
             + ("" if figures.internal else
                f" Boroughs with fewer than {LEAST} people are together under “Elsewhere”."),
             quiet=True)
    )  # fmt: skip
    return blocks


# --- the end --------------------------------------------------------------------------------------


def _glossary(blocks: list[Block]) -> list[Block]:
    found = found_in(words_of(blocks))
    if not found:
        return []
    rows = tuple((short, full[:1].upper() + full[1:]) for short, full in found)
    return [Heading("Abbreviations"), Grid(("Short", "In full"), rows, (1, 5))]


def _data_notes(figures: DayFigures, counts: Counts) -> list[Block]:
    notes = [
        "People are counted from check-in: somebody came if an arrival stands that was recorded.",
        "Hands are counts of raised of present, each with its own number present.",
        "What was judged by eye is marked so and is in no figure; not measured is not nought.",
        "The room’s shift pools the sides that were counted both before and after.",
        (
            "The share by chance is what would come of it if those of the two sides who sat at "
            "tables had been seated at random: 2ab / (a + b)(a + b – 1) for a and b people of "
            "each, by round, weighted by the round’s meetings."
        ),
        "Counts of notes, actions and meetings are not counts of people.",
    ]
    if figures.internal:
        notes.append(
            "This is the organisers’ own version: every count is whole. It is not to be published."
        )
    else:
        notes.append(
            f"“{HIDDEN}” or “{HIDDEN_WORDS}” stands for a count of people under {LEAST}, or for "
            "one that would give such a count away by subtraction; so are those who did not come, "
            "and hands that stayed down. Hidden here: "
            f"{counted(len(counts.hidden), 'count')}."
        )
        notes.append(
            f"Where fewer than {LEAST} people share a role and a borough, only the side is said."
        )
    if figures.attribution == "named":
        notes.append("A name stands only with a note whose speaker chose to be named.")
    else:
        notes.append("Names of people on the list are left out of the notes.")
    if figures.erased:
        notes.append(
            f"{counted(figures.erased, 'person was', 'people were')} erased at their own wish and "
            "counted nowhere."
        )
    if figures.purged:
        notes.append("Personal data has been removed from this event; the figures were kept.")
    if figures.is_rehearsal:
        notes.append("This was a rehearsal: the people are invented.")
    notes.append(
        f"Made at {figures.made_at:%H:%M} on {day_in_words(figures.made_at)} by Facilitator."
    )
    return [Heading("About these figures"), Bullets(tuple(notes))]
