"""What every command shares: options, output, and errors as one plain sentence.

A command looks like this:

    @click.command(cls=Command)
    @event_argument
    @json_option
    def leave(event: str, as_json: bool) -> None:
        \"\"\"Record that somebody left.\"\"\"          # what --help shows
        out = Output(as_json)
        with open_event(event) as app:
            ...
            out.say("Dr Priya Raman has left.")      # for people
            out.line({"outcome": "left"})            # with --json

It raises `Trouble` (exit 1) or `click.UsageError` (exit 2) and prints nothing of them itself.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import textwrap
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from facilitator.clocks import stamp
from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.text import clean

#: a reason is one line of at most so many characters
LONGEST_REASON = 400
_LONGEST_WORD = 150
_LONGEST_DESK = 80


class Output:
    """Sentences for people or, with --json, one JSON object a line; each is flushed at once."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def say(self, sentence: str) -> None:
        """A sentence for people; nothing with --json."""
        if not self.as_json:
            click.echo(sentence)

    def line(self, value: Mapping[str, Any]) -> None:
        """A JSON object; nothing without --json."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date | UUID | Path):
        return str(value)
    if isinstance(value, frozenset | set | tuple):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    raise TypeError(f"cannot be written as JSON: {type(value).__name__}")


class Command(click.Command):
    """A command whose --help is plain, wrapped text."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("context_settings", {}).setdefault("max_content_width", 100)
        super().__init__(*args, **options)


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in self._table:
            return None
        module, attribute = self._table[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        command.name = cmd_name
        return command


event_argument = click.argument("event", metavar="EVENT")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
desk_option = click.option(
    "--desk",
    default="",
    metavar="NAME",
    callback=lambda _ctx, _param, given: clean(given)[:_LONGEST_DESK],
    help="The desk's name.",
)


def out_option(help_text: str, *, required: bool = True) -> Callable[[Any], Any]:
    """The option -o FILE."""
    return click.option(
        "-o", "--out", "out", required=required, metavar="FILE", type=Path, help=help_text
    )


def run(group: click.Group, arguments: Sequence[str], *, name: str = "facilitator") -> int:
    """Run a command; returns its exit status: 0 done, 1 refused or failed, 2 wrong usage.

    For 1 and 2 the last line on stderr is the reason, as one plain sentence.
    """
    streams = sys.stdout, sys.stderr
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.unraisablehook is sys.__unraisablehook__:
        # A half-written workbook complains once more when it is thrown away; the reason was said.
        sys.unraisablehook = lambda _unraisable: None
    # Rows have no use for pydantic's plugins, and looking for some reads every package installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _, middle, old = gc.get_threshold()
    # A command is short: collecting every 700 objects makes imports and long lists slower.
    gc.set_threshold(50_000, middle, old)
    try:
        group.main(list(arguments), prog_name=name, standalone_mode=False)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.UsageError as wrong:
        where = wrong.ctx.command_path if wrong.ctx else name
        _reason(f"{_usage_sentence(wrong)} See: {where} --help")
        return 2
    except click.Abort:
        _reason("Stopped. What was done until now is kept.")
        return 1
    except click.ClickException as wrong:
        _reason(wrong.format_message())
        return 1
    except Trouble as trouble:
        _reason(str(trouble))
        return 1
    except (BrokenPipeError, SystemExit) as left:
        # click turns a pipe that nobody reads (| head) into an exit without a word, and puts other
        # streams in the place of these
        if isinstance(left, SystemExit) and sys.stdout is streams[0]:
            raise
        sys.stdout, sys.stderr = streams
        _let_go_of_stdout()
        _reason("Nobody reads the answers any more. What was done until now is kept.")
        return 1
    except KeyboardInterrupt:
        _reason("Stopped. What was done until now is kept.")
        return 1
    except OSError as problem:
        from facilitator.store.trouble import shown_path, system_trouble

        name = problem.filename
        _reason(str(system_trouble(problem, shown_path(name) if name else "what was written")))
        _let_go_of_stdout()
        return 1
    except Exception:
        _reason(f"This is a fault of the program, not yours; it is described in {_log_fault()}.")
        return 1
    return 0


def _usage_sentence(wrong: click.UsageError) -> str:
    if isinstance(wrong, click.exceptions.NoArgsIsHelpError):
        return "Say an EVENT and what to do with it."  # click's own message is the whole help
    words = " ".join(wrong.format_message().split())
    return words if words.endswith((".", "?", "!")) else words + "."


def _reason(sentence: str) -> None:
    # a path without spaces must not push the rest of the sentence out
    line = " ".join(
        word if len(word) <= _LONGEST_WORD else f"{word[: _LONGEST_WORD - 2]}…{word[-1]}"
        for word in sentence.split()
    )
    click.echo(textwrap.shorten(line, LONGEST_REASON, placeholder=" …"), err=True)


def _let_go_of_stdout() -> None:
    """What could not be written to stdout would be tried again, and complained of, at the end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        pass  # it is no file, or closed already


def _log_fault() -> str:
    from platformdirs import user_log_path

    try:
        folder = user_log_path("facilitator", appauthor=False, ensure_exists=True)
        file = folder / "faults.log"
        with file.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now().astimezone().isoformat()}\n{traceback.format_exc()}\n")
    except OSError:
        return "no file, because none could be written"
    return str(file)


def existing_parent(path: Path) -> Path:
    """The path, whose folder must be there. Refused in a sentence where it is not."""
    if not path.absolute().parent.is_dir():
        raise Refused(
            f"There is no folder “{path.absolute().parent.name}” for “{path.name}”.", "", "Make it."
        )
    return path


def fillable_folder(path: Path) -> Path:
    """A folder that a command is to fill: made where it is missing, its parent must be there."""
    if path.exists() and not path.is_dir():
        raise Refused(f"“{path.name}” is a file, not a folder.", "It was not changed.")
    existing_parent(path).mkdir(exist_ok=True)
    return path
