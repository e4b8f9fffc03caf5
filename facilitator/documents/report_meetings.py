"""The report's part on who met whom, and which of its figures may be told."""

from __future__ import annotations

from facilitator.documents.charts import Bar, Chart
from facilitator.documents.report_blocks import Block, Grid, Heading, Para, Picture, Together
from facilitator.documents.report_counts import EVERYBODY, Counts
from facilitator.documents.report_figures import DayFigures
from facilitator.documents.report_suppression import LEAST
from facilitator.domain.text import counted


def meeting_values(figures: DayFigures, counts: Counts) -> dict[str, float | int | None]:
    """The figures by name; None where people of a small side could be worked out from them."""
    met = figures.meetings
    both: dict[str, float | int | None] = {
        "meetings_of_the_two_sides": met.between, "across": met.across,
        "share_across": met.share, "share_by_chance": met.chance if met.meetings else None,
        "pairs_across": met.pairs_across,
    }  # fmt: skip
    everybody: dict[str, float | int | None] = {
        "meetings": met.meetings, "pairs": met.pairs, "repeated_pairs": met.repeated,
    }  # fmt: skip
    return {
        **{key: value if counts.shows_third else None for key, value in everybody.items()},
        **{key: value if counts.shows_meetings else None for key, value in both.items()},
    }


def meeting_blocks(figures: DayFigures, counts: Counts) -> list[Block]:
    """The share across against chance, between whom, and who met nobody of the other side."""
    met = figures.meetings
    first, second, third = figures.sides
    blocks: list[Block] = [Heading("Who met whom")]
    if not met.meetings:
        return [*blocks, Para("Nobody was seated at tables, so there are no meetings to count.")]
    if not counts.shows_meetings:
        return [
            *blocks,
            Para("Too few people of one side sat at tables to say more in a report that is "
                 "published: from counts of pairs the people could be worked out."),
        ]  # fmt: skip
    share = met.share or 0
    rounds = counted(met.rounds, "round")
    start = (
        f"{counted(met.pairs, 'different pair')} of people sat together in {rounds}; "
        f"{met.pairs_across:,} of them were across"
        if counts.shows_third
        else f"{counted(met.pairs_across, 'different pair')} sat together in {rounds} across"
    )
    blocks.append(
        Para(
            f"{start} {first.name.lower()} and {second.name.lower()}. Of the meetings among "
            f"people of the two sides {share:.0%} were across, where seats by chance would have "
            f"given {met.chance:.0%}."
        )
    )
    blocks.append(
        Picture(
            Chart(
                "Share of meetings across the two sides",
                (
                    Bar(None, "As it was", share, f"{share:.1%}"),
                    Bar(None, "By chance", met.chance, f"{met.chance:.1%}", outlined=True),
                ),
                1.0,
                f"Bar chart: {share:.1%} of meetings were across the two sides; by chance it "
                f"would be {met.chance:.1%}.",
            )
        )
    )
    sentences = []
    for side, other, place in ((first, second, 0), (second, first, 1)):
        if (each := met.each_met(place)) is not None:
            sentences.append(
                f"Each of the {counts.text('seated', side.key)} seated "
                f"{side.people} met {each:.1f} different {other.people} on average."
            )
    nobody = counts.value("nobody", EVERYBODY)
    if nobody is not None:
        sentences.append(f"{counted(nobody, 'person', 'people')} met nobody of the other side.")
    elif figures.internal is False and sum(met.met_nobody) < LEAST:
        sentences.append(f"Fewer than {LEAST} people met nobody of the other side.")
    if met.repeated:
        sentences.append(f"{counted(met.repeated, 'pair')} met more than once.")
    else:
        sentences.append("Nobody met the same person twice.")
    blocks.append(Para(" ".join(sentences)))
    names = (first.shown, second.shown, third.shown)
    a, b, c, d, e, f = (f"{n:,}" for n in met.matrix)
    rows = ((names[0], a, b, c), (names[1], b, d, e), (names[2], c, e, f))
    size = 3 if counts.shows_third and any(met.matrix[i] for i in (2, 4, 5)) else 2
    blocks.append(
        Together((
            Heading("Meetings between the sides", 2),
            Grid(("", *names[:size]), tuple(row[: size + 1] for row in rows[:size]),
                 (2, 1.3, 1.5, 1.2)[: size + 1], frozenset(range(1, size + 1)),
                 "Meetings between the sides"),
        ))
    )  # fmt: skip
    if pairs := [
        p
        for p in met.borough_pairs
        if figures.internal or (p[2] >= LEAST and counts.shows_pair(p[0], p[1]))
    ][:8]:
        blocks.append(
            Together((
                Heading("Boroughs that met most across the sides", 2),
                Grid((f"{first.shown} from", f"{second.shown} from", "Pairs"),
                     tuple((one, other, f"{number:,}") for one, other, number in pairs),
                     (2, 2, 1), frozenset((2,)),
                     "Boroughs that met most across the sides"),
            ))
        )  # fmt: skip
    blocks.append(
        Para(f"n = {counts.text('seated', 'room')} seated people at "
             f"{counted(met.tables, 'table')}, {met.between:,} meetings among people of the two "
             "sides; the share and chance are of these. A meeting is two people at one table "
             "in one round; counts of meetings are of pairs, not of people. Source: the seating"
             + ("." if met.begun else " as it was planned, since no round was begun by the clock."),
             quiet=True)
    )  # fmt: skip
    return blocks
