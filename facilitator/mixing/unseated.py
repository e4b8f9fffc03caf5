"""Who waits where a round has more people than seats: few, and not the same ones twice."""

from __future__ import annotations

from facilitator.mixing.room import Room, Seating


def choose_unseated(room: Room, told: Seating | None = None, start: int = 0) -> None:
    """Choose, round by round, those for whom there are no seats, and tell the room.

    Nobody waits again while others have not waited; pinned people, people who are to be together
    and (live) those who were told a table wait last; and the mix of roles stays what it was.
    """
    waits = [0] * room.n
    out: list[set[int]] = [set() for _ in range(room.rounds)]
    for r in range(start, room.rounds):
        spare = len(room.present[r]) - room.room_of(r)
        if spare <= 0:
            continue
        people = room.present[r]
        counts = list(room.counts[r])
        share = [count / len(people) for count in counts]
        left = len(people)

        def key(p: int, r: int = r) -> tuple[int, ...]:
            known = told is not None and told[r][p] >= 0
            return (p in room.pin[r], known, waits[p], bool(room.together[p]), -p)

        queues = [sorted((p for p in people if room.role[p] == c), key=key) for c in range(3)]
        for _ in range(spare):
            open_roles = [c for c in range(3) if queues[c]]
            # first a role that can spare one, then whoever waits first, then the mix of the room
            role = min(
                open_roles,
                key=lambda c: (
                    counts[c] <= room.g[r] * room.least[c],
                    key(queues[c][0])[:2],
                    -(counts[c] - share[c] * left),
                    c,
                ),
            )
            person = queues[role].pop(0)
            out[r].add(person)
            waits[person] += 1
            counts[role] -= 1
            left -= 1
    if any(out):
        room.sit_out(out)
