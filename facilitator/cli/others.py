"""`facilitator numbers`, `certificates`, `thanks` and `compare`: what others ask for."""

from __future__ import annotations

from pathlib import Path

import click

from facilitator.app import open_event
from facilitator.cli.base import Command, Output, event_argument, json_option, out_option
from facilitator.cli.printing import check_ending, progress_on_terminal
from facilitator.domain.text import counted


@click.command(cls=Command)
@event_argument
@out_option(
    "A .pdf or .csv to write; where not given, the numbers are printed here.", required=False
)
@click.option("--names", is_flag=True, help="Say whose each need is.")
@click.option("--door", is_flag=True, help="The list for the door instead; names are inside.")
@json_option
def numbers(event: str, out: Path | None, names: bool, door: bool, as_json: bool) -> None:
    """Dietary and access needs as totals, by table and by meal; expected against arrived."""
    says = Output(as_json)
    if door and out is None:
        raise click.UsageError("The list for the door is written to a file: add -o door.pdf.")
    if out is not None:
        check_ending(out, ".pdf", ".csv")
    with open_event(event) as app:
        if out is not None:
            made = app.catering.write_door(out) if door else app.catering.write(out, names=names)
            inside = "Names are inside." if made.names_inside else "No names inside."
            says.say(f"Numbers of {counted(made.people, 'person', 'people')}: {out}. {inside}")
            says.line({"file": out, "people": made.people, "names_inside": made.names_inside})
            return
        from facilitator.documents.numbers import Need, number_lines

        found = app.catering.numbers(names=names)
        for line in number_lines(found):
            says.say(line)

        def needs(many: tuple[Need, ...]) -> list[dict[str, object]]:
            return [
                {"need": one.words, "expected": one.expected, "here": one.here,
                 **({"names": list(one.names)} if names else {})}
                for one in many
            ]  # fmt: skip

        says.line(
            {
                "expected": found.expected, "here": found.here, "left": found.left,
                "walk_ins": found.walk_ins,
                "sides": {
                    one.side.key: {"expected": one.expected, "here": one.here}
                    for one in found.sides
                },
                "diet": needs(found.diets),
                "access": needs(found.access),
                "meals": [
                    {"title": one.title, "at": one.at or None, "begun": one.begun,
                     "people": one.people, "here": one.here, "diet": needs(one.diets)}
                    for one in found.meals
                ],
                "tables": [
                    {"table": one.label or None, "people": one.people, "diet": needs(one.diets),
                     "access": needs(one.access)}
                    for one in found.tables
                ],
            }
        )  # fmt: skip


@click.command(cls=Command)
@event_argument
@out_option("The PDF to write.")
@click.option("--person", "who", default="", metavar="WHO", help="One person: id, ticket or code.")
@json_option
def certificates(event: str, out: Path, who: str, as_json: bool) -> None:
    """Write certificates of attendance, with the hours of the programme as it happened."""
    says = Output(as_json)
    check_ending(out, ".pdf")
    with open_event(event) as app:
        people = [app.people.find(who).id] if who else None
        made = app.exports.certificates(out, people)
    says.say(f"{counted(made.people, 'certificate')}: {out}. Names are inside.")
    says.line({"file": out, "certificates": made.people})


@click.command(cls=Command)
@event_argument
@out_option("The folder to fill.")
@json_option
def thanks(event: str, out: Path, as_json: bool) -> None:
    """Write a draft of a thank-you letter for everybody who came. Nothing is sent."""
    says = Output(as_json)
    with open_event(event) as app:
        made = app.thanks.write(out, progress_on_terminal("Letters"))
    says.say(f"{counted(made.people, 'letter')} in {out}. Names are inside.")
    if made.without_address:
        people = counted(len(made.without_address), "person has", "people have")
        says.say(f"{people} no usable e-mail address, and so no letter.")
    says.line(
        {"folder": out, "letters": made.people, "without_address": list(made.without_address)}
    )


@click.command(cls=Command)
@event_argument
@click.argument(
    "others", nargs=-1, required=True, metavar="OTHER…", type=click.Path(path_type=Path)
)
@out_option("A .pdf or .csv to write; where not given, the table is printed here.", required=False)
@json_option
def compare(event: str, others: tuple[Path, ...], out: Path | None, as_json: bool) -> None:
    """This event beside earlier ones: figures only. The other files are read and not changed."""
    says = Output(as_json)
    if out is not None:
        check_ending(out, ".pdf", ".csv")
    with open_event(event) as app:
        if out is not None:
            made = app.comparing.write(out, others)
            says.say(f"{counted(made.events, 'event')} side by side: {out}. Nobody is named.")
            says.line({"file": out, "events": made.events})
            return
        from facilitator.documents.comparison import comparison_lines

        found = app.comparing.compare(others)
    for line in comparison_lines(found):
        says.say(line)
    for place, one in enumerate(found.events):
        figures = {row.words: row.values[place] or None for row in found.rows}
        says.line(
            {"event": one.name, "date": one.held_on.isoformat(), "this": one.is_this,
             "figures": figures}
        )  # fmt: skip
