"""What can go wrong, sorted by whose fault it is.

    Exception
    ├── Trouble              a sentence for a person; never a traceback
    │   ├── Refused          what was asked cannot be done (bad input, a wish against the rules)
    │   │   ├── Overtaken    another desk was first
    │   │   │   └── WentAlone    the hub fell silent while something was decided
    │   │   └── ChangedMeanwhile somebody else changed what is being edited
    │   └── WorldTrouble     the world's fault: a disk, a server, a file
    │       ├── DiskFull
    │       ├── ReadOnly
    │       ├── Busy         locked by another program for longer than we wait
    │       ├── Gone         a server or a folder that no longer answers
    │       │   └── HubGone  the hub of a shared event: this laptop works alone
    │       └── BadEventFile
    │           ├── NotAnEvent
    │           ├── Damaged
    │           └── TooNew
    └── everything else      our fault: a bug, reported as such

Expected outcomes (a ticket that is unknown, a person already here) are values, not exceptions.
"""

from __future__ import annotations

from facilitator.domain.meanwhile import Meanwhile


class Trouble(Exception):  # noqa: N818 (a sentence for a person, not an error code)
    """What happened, what is safe and what to do next, each a plain sentence or empty.

    `str()` joins the three into one line, which is what the command line prints and the
    window's message bar shows.
    """

    def __init__(self, happened: str, safe: str = "", then: str = "") -> None:
        super().__init__(happened, safe, then)
        self.happened = happened
        self.safe = safe
        self.then = then

    def __str__(self) -> str:
        return " ".join(part for part in (self.happened, self.safe, self.then) if part)


class Refused(Trouble):
    """What was asked cannot be done; nothing was changed."""


class Overtaken(Refused):
    """Another desk was first. What was decided here was decided against an older state."""


class WentAlone(Overtaken):
    """The hub fell silent while something was decided: it has to be decided anew, alone."""


class ChangedMeanwhile(Refused):
    """Somebody else changed what is being edited: whoever edits it decides whose stands.

    `meanwhile` has both versions, and upon what one's own can be saved again.
    """

    def __init__(self, meanwhile: Meanwhile) -> None:
        then = "Keep yours to bring it back, or leave it removed." if meanwhile.gone else ""
        super().__init__(
            meanwhile.sentence, "Yours is still here.", then or "Keep yours, or take theirs."
        )
        self.meanwhile = meanwhile


class WorldTrouble(Trouble):
    """The world's fault: a disk, a server, a file. What is on disk is as it was."""


class DiskFull(WorldTrouble):
    """There is no room left where the event or a document is kept."""


class ReadOnly(WorldTrouble):
    """The file or its folder may not be written to."""


class Busy(WorldTrouble):
    """Another program holds the event for longer than the busy timeout."""


class Gone(WorldTrouble):
    """A server, a folder or a stick that no longer answers."""


class HubGone(Gone):
    """The hub of a shared event does not answer, or must not be listened to: see why it says."""


class BadEventFile(WorldTrouble):
    """The place named holds no event that this version can open."""


class NotAnEvent(BadEventFile):
    """It is something else than an event."""


class Damaged(BadEventFile):
    """It was an event once; its pages no longer fit together."""


class TooNew(BadEventFile):
    """It was written by a later version of Facilitator."""
