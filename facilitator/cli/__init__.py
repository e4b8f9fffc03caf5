"""The command line: sub-commands that do without a window what the window does. No Qt here.

Each module holds one subject. A command is named in `COMMANDS` and imported when it is used, so
that `scan` does not wait for what `report` needs.
"""

#: name of the command → (module, attribute)
COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("facilitator.cli.event", "new"),
    "import": ("facilitator.cli.importing", "import_"),
    "people": ("facilitator.cli.importing", "people"),
    "badges": ("facilitator.cli.printing", "badges"),
    "scan": ("facilitator.cli.desk", "scan"),
    "undo": ("facilitator.cli.desk", "undo"),
    "leave": ("facilitator.cli.desk", "leave"),
    "walk-in": ("facilitator.cli.desk", "walk_in"),
    "person": ("facilitator.cli.after", "person"),
    "roll": ("facilitator.cli.printing", "roll"),
    "tickets": ("facilitator.cli.printing", "tickets"),
    "papers": ("facilitator.cli.printing", "papers"),
    "numbers": ("facilitator.cli.others", "numbers"),
    "certificates": ("facilitator.cli.others", "certificates"),
    "thanks": ("facilitator.cli.others", "thanks"),
    "compare": ("facilitator.cli.others", "compare"),
    "programme": ("facilitator.cli.programme", "programme"),
    "mix": ("facilitator.cli.mixing", "mix"),
    "note": ("facilitator.cli.notes", "note"),
    "report": ("facilitator.cli.after", "report"),
    "export": ("facilitator.cli.after", "export"),
    "follow-up": ("facilitator.cli.after", "follow_up"),
    "purge": ("facilitator.cli.after", "purge"),
    "backup": ("facilitator.cli.after", "backup"),
    "check": ("facilitator.cli.after", "check"),
    "merge": ("facilitator.cli.keeping", "merge"),
    "share": ("facilitator.cli.sharing", "share"),
    "join": ("facilitator.cli.sharing", "join"),
    "desks": ("facilitator.cli.sharing", "desks"),
    "bring-home": ("facilitator.cli.sharing", "bring_home"),
    "take-over": ("facilitator.cli.sharing", "take_over"),
    "try-way": ("facilitator.cli.sharing", "try_way"),
    "take-off": ("facilitator.cli.sharing", "take_off"),
    "unlock": ("facilitator.cli.event", "unlock"),
}
