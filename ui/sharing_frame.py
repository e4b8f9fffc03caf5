"""What the frame of the window shows of a shared event: how this laptop stands to the hub, in the
head; and which places are not for what this laptop joined as, at the rail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from facilitator.domain.roles import Area, Role, Verb, may, refusal
from ui.hub_keeper import HubKeeper
from ui.main_window import MainWindow

if TYPE_CHECKING:
    from facilitator.services.sharing import Standing

#: what each place is for: (what it is called, area, verb). The Desk, the roll and the page of
#: sharing are for everybody.
PLACES: Mapping[str, tuple[str, Area, Verb]] = {
    "tables": ("Tables", Area.TABLES, Verb.CHANGE),
    "programme": ("Programme", Area.PROGRAMME, Verb.CHANGE),
    "notes": ("Notes", Area.NOTES, Verb.READ),
    "note": ("Taking notes", Area.NOTES, Verb.ADD),
    "people": ("People", Area.PEOPLE, Verb.READ),
    "after": ("After", Area.DOCUMENTS, Verb.READ),
    "room": ("The room display", Area.ROOM, Verb.CHANGE),
    "copies": ("Copies", Area.EVENT, Verb.CHANGE),
    "event": ("This event", Area.EVENT, Verb.CHANGE),
}


def closed_places(role: str) -> dict[str, str]:
    """The places that are not for a laptop that joined as that, each with one sentence why."""
    return {
        key: closed_words(title, role, area, verb)
        for key, (title, area, verb) in PLACES.items()
        if not may(role, area, verb)
    }


def closed_words(title: str, role: str, area: Area, verb: Verb) -> str:
    """ "“Tables” is not for a registration desk. Ask a facilitator or an organiser." """
    who = Role(role).words
    said = f"“{title}” is not for {who[0].lower()}{who[1:]}."
    return " ".join(part for part in (said, refusal(role, area, verb).then) if part)


class SharingFrame(QObject):
    """Holds the window's frame to how the open event is shared."""

    def __init__(self, window: MainWindow, keeper: HubKeeper) -> None:
        super().__init__(window)
        self._window, self._keeper = window, keeper
        keeper.standing_changed.connect(self._stand)

    def adopt(self) -> None:
        """Another event is open, or none."""
        standing = self._keeper.standing
        if standing is None:
            self._window.set_standing("")
            self._window.close_to({})
        else:
            self._stand(standing)

    @Slot(object)
    def _stand(self, standing: Standing) -> None:
        alone = standing.kind == "alone"
        self._window.set_standing(
            standing.sentence,
            alone=alone,
            waits=alone and standing.waiting > 0,
            why=standing.why if alone else "",
        )
        self._window.close_to(closed_places(standing.role) if standing.kind != "own" else {})
