"""A desk in a process of its own, for the rehearsal of a power cut.

`python -m facilitator.mishap_desk EVENT MOMENT (live | die) CODE…` scans the codes from MOMENT on,
a few seconds apart, and prints each answer as a JSON line once it is on disk. With `die` the
process is killed at the last code, after the raw scan was kept and before it was judged.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from facilitator.app import open_event
from facilitator.clocks import HandClocks
from facilitator.services.checkin import At, CheckinService
from facilitator.services.seating import SeatingService

DESK = "Desk 1"
#: seconds from one guest to the next
_GAP = 9.0


class _PowerCut(SeatingService):
    """Seats of a laptop whose power goes in the middle of a check-in."""

    def arrived(self, session: Session, attendee_id: UUID, fact_id: UUID) -> bool:
        # Nothing is flushed and nothing is closed, as when the plug is pulled.
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        return super().arrived(session, attendee_id, fact_id)


def main() -> None:
    """Scan what the command line names."""
    location, moment, how, *codes = sys.argv[1:]
    clocks = HandClocks(datetime.fromisoformat(moment), f"boot-of-{os.getpid()}")
    with open_event(location, clocks) as app:
        dying = CheckinService(app.database, clocks, _PowerCut(app.database, clocks))
        for place, code in enumerate(codes, 1):
            clocks.advance(_GAP)
            last = how == "die" and place == len(codes)
            answer = (dying if last else app.checkin).scan(code, At(DESK))
            if answer is not None:
                print(  # noqa: T201
                    json.dumps({"code": code, "outcome": answer.verdict.outcome}), flush=True
                )


if __name__ == "__main__":
    main()
