"""A sharing that answers from memory: what the screens are driven with where no hub is needed."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.ids import new_id
from facilitator.domain.join_code import JoinCode
from facilitator.domain.roles import may
from facilitator.services.events import Done
from facilitator.services.sharing import Desk, Invitation, Shared, Standing

CODE = JoinCode(
    ("192.168.178.21", "10.0.0.14", "172.16.4.2"), 54817, "facilitator_3kr2", bytes(range(32)),
    "3KR2", "0a1b2c3d", "0123456789ABCDEF",
)  # fmt: skip


class FakeSharing:
    """Shared as soon as it is asked to; `laptops`, `now` and what `catch_up` brings are set."""

    def __init__(self, clocks: Clocks, now: Standing) -> None:
        self.clocks, self.now = clocks, now
        self.laptops: list[Desk] = []
        self.asked: list[str] = []
        #: what the next turns of `catch_up` bring: changes, or an exception
        self.brings: list[Changes | Exception] = []
        #: what came in another way than by `catch_up`
        self.others = Changes.NONE
        self.turns = 0
        self.turned = threading.Semaphore(0)
        self.woken = threading.Event()
        self.threads: set[int] = set()

    def standing(self) -> Standing:
        return self.now

    def catch_up(self) -> Changes:
        self.turns += 1
        self.threads.add(threading.get_ident())
        found = self.brings.pop(0) if self.brings else Changes.NONE
        self.turned.release()
        if isinstance(found, Exception):
            raise found
        return found

    def untold(self) -> Changes:
        found, self.others = self.others, Changes.NONE
        return found

    def wait(self, seconds: float) -> bool:
        heard = self.woken.wait(seconds)
        self.woken.clear()
        return heard

    def hush(self) -> None:
        self.asked.append("hush")

    @property
    def is_hub(self) -> bool:
        return any(d.is_this and d.is_hub for d in self.laptops)

    @property
    def can_take_over(self) -> bool:
        return self.now.role == "organiser" and not self.is_hub

    def where(self) -> Shared | None:
        return Shared(CODE.addresses[:2], CODE.port, 1, "", "Hub laptop")

    def may(self, area: str, verb: str) -> bool:
        return self.now.kind == "own" or may(self.now.role, area, verb)

    def share(self, *, server: str = "", **_others: Any) -> Shared:
        self.asked.append(f"share {server}".strip())
        if server and "://" not in server:
            raise Refused("That is no address of a database.")
        self.now = replace(self.now, kind="shared", role="organiser", hub="Hub laptop",
                           desk="Hub laptop")  # fmt: skip
        self.laptops = [self.laptop("Hub laptop", "organiser", is_hub=True, is_this=True)]
        return Shared(CODE.addresses[:2], CODE.port, 1, "", "Hub laptop")

    def stop(self) -> str:
        self.asked.append("stop")
        self.now = replace(self.now, kind="own")
        return "The event is no longer shared; every fact is in this laptop’s file."

    def invite(self, role: str) -> Invitation:
        self.asked.append(f"invite {role}")
        return Invitation(CODE.text, self.clocks.now() + timedelta(minutes=10), role)

    def desks(self) -> list[Desk]:
        return list(self.laptops)

    def rename(self, desk_id: UUID, name: str) -> Done:
        self.laptops = [replace(d, name=name) if d.id == desk_id else d for d in self.laptops]
        return Done(Changes.EVENT)

    def put_off(self, desk_id: UUID) -> Done:
        now = self.clocks.now()
        self.laptops = [replace(d, put_off_at=now) if d.id == desk_id else d for d in self.laptops]
        return Done(Changes.EVENT)

    def take_over(self, **_others: Any) -> Shared:
        self.asked.append("take over")
        self.now = replace(self.now, kind="shared", hub=self.now.desk)
        self.laptops = [replace(d, is_hub=d.is_this) for d in self.laptops]
        return Shared(CODE.addresses[:1], CODE.port, 2, "", "Amina")

    def laptop(self, name: str, role: str = "desk", **others: Any) -> Desk:
        """A laptop that was heard of two seconds ago."""
        now = self.clocks.now()
        values: dict[str, Any] = {
            "id": new_id(), "name": name, "role": role, "machine": name, "joined_at": now,
            "heard_at": now - timedelta(seconds=2), "put_off_at": None, "taken_off_at": None,
            "is_hub": False, "is_this": False, "waiting": 0, "skew": 0.0, "is_behind": False,
        }  # fmt: skip
        return Desk(**values | others)
