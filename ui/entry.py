"""The console command `facilitator`: a window, or a sub-command that needs none.

It stands here because it may import both sides. Qt is imported only where a window, a rehearsal
or the doctor needs it.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from facilitator import __version__
from facilitator.cli import COMMANDS
from facilitator.cli.base import LazyGroup, run

_WITH_QT = {
    "rehearse": ("ui.commands", "rehearse"),
    "doctor": ("ui.commands", "doctor"),
}


class _Facilitator(LazyGroup):
    """The sub-commands; anything else that looks like an event opens the window on it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self._table:
            if _looks_like_an_event(args[0]):
                return "window", _window, args
            raise click.UsageError(
                f"There is no command or event “{args[0][:60]}”; events end in .facilitator.", ctx
            )
        return super().resolve_command(ctx, args)


def _looks_like_an_event(text: str) -> bool:
    return "://" in text or "/" in text or "\\" in text or text.endswith(".facilitator")


@click.group(
    cls=_Facilitator,
    table={**COMMANDS, **_WITH_QT},
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="Facilitator")
@click.pass_context
def facilitator(ctx: click.Context, **_: Any) -> None:
    """Runs the day of an event that brings two professions together.

    `facilitator` opens the window on the last event, `facilitator EVENT` on that one. EVENT is a
    file (summit.facilitator) or a PostgreSQL URL. The commands below do without a window what the
    window does.
    """
    if ctx.invoked_subcommand is None:
        _open_window(None)


@click.command(hidden=True)
@click.argument("event")
def _window(event: str) -> None:
    _open_window(event)


def _open_window(event: str | None) -> None:
    from ui.start_up import open_window

    raise click.exceptions.Exit(open_window(event))


def main() -> None:
    """Run what the command line says and end with its exit status."""
    sys.exit(run(facilitator, sys.argv[1:]))
