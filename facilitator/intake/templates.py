"""Programme templates: days to begin with, kept as TOML in `resources/templates`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from facilitator.domain.errors import Refused
from facilitator.domain.localtime import read_time
from facilitator.domain.programme import Kind, NewSession
from facilitator.domain.text import fold, listed

_FOLDER = "resources.templates"
_PLAIN = ("title", "minutes", "speaker", "minimum", "fixed", "protected", "note", "colour", "cue")


@dataclass(frozen=True, slots=True)
class Template:
    """A day to begin with. `key` is what `--template` takes, `words` say what it is."""

    key: str
    name: str
    words: str
    sessions: tuple[NewSession, ...]

    @property
    def rounds(self) -> int:
        """How many table rounds it has."""
        return max((s.round_number or 0 for s in self.sessions), default=0)


def template_keys() -> tuple[str, ...]:
    """The keys of all templates, the usual one first."""
    found = [
        (tomllib.loads(entry.read_text("utf-8")).get("order", 99), entry.name.removesuffix(".toml"))
        for entry in files(_FOLDER).iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(key for _, key in sorted(found))


def read_template(key: str, day: date) -> Template:
    """The template with this key (or its name), its times on `day`. Refused where there is none."""
    wanted = fold(key).replace(" ", "-")
    keys = template_keys()
    for one in keys:
        content = tomllib.loads((files(_FOLDER) / f"{one}.toml").read_text("utf-8"))
        if wanted in {one, fold(content["name"]).replace(" ", "-")}:
            sessions = tuple(_session(entry, day) for entry in content["session"])
            return Template(one, content["name"], content["words"], sessions)
    raise Refused(f"There is no template “{key}”; choose {listed(list(keys), 'or')}.")


def templates(day: date) -> tuple[Template, ...]:
    """Every template, its times on `day`."""
    return tuple(read_template(key, day) for key in template_keys())


def _session(entry: dict[str, Any], day: date) -> NewSession:
    more = {name: entry[name] for name in _PLAIN if name in entry}
    starts = read_time(entry["starts"]) if "starts" in entry else None
    if "warnings" in entry:
        more["warnings"] = tuple(entry["warnings"])
    return NewSession(
        kind=Kind(entry.get("kind", "talk")),
        starts=None if starts is None else datetime.combine(day, starts),
        round_number=entry.get("round"),
        **more,
    )
