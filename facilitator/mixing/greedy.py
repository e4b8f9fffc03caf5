"""A first seating without a schedule: quotas of roles for each table, then the best free seats."""

from __future__ import annotations

from random import Random

from facilitator.mixing.room import STEP, Room, Seating


def role_quotas(room: Room, number: int) -> list[list[int]]:
    """How many of each role each table of a round gets: sizes, least numbers and balance.

    Roles are dealt round the tables one after the other, which is within the balance where the
    tables are alike; what is left is mended by exchanging roles between tables.
    """
    g = room.g[number]
    sizes = room.sizes(number)
    costs = room.costs[number]
    code = [0] * g
    order = sorted(range(g), key=lambda t: -sizes[t])
    seats = [t for level in range(max(sizes, default=0)) for t in order if sizes[t] > level]
    at = 0
    for role in range(3):
        for _ in range(room.counts[number][role]):
            if at < len(seats):
                code[seats[at]] += STEP[role]
                at += 1
    flat = 0
    while flat < 3:
        bad = [t for t in range(g) if costs[t][code[t]]]
        best: tuple[int, int, int, int] | None = None
        for one in bad[:8]:
            held = [step for step in STEP if _number(code[one], step)]
            for other in range(g):
                if other == one:
                    continue
                before = costs[one][code[one]] + costs[other][code[other]]
                for give in held:
                    for take in (*STEP, 0):
                        if give == take or (take and not _number(code[other], take)):
                            continue
                        after = (
                            costs[one][code[one] - give + take]
                            + costs[other][code[other] + give - take]
                        )
                        if best is None or after - before < best[0]:
                            best = after - before, one, other, give - take
        if best is None or best[0] > 0:
            break
        # a few sideways steps may lead out of a corner
        flat = flat + 1 if not best[0] else 0
        code[best[1]] -= best[3]
        code[best[2]] += best[3]
    return [[_number(one, step) for step in STEP] for one in code]


def _number(code: int, step: int) -> int:
    """How many of the role with this step are in a packed count."""
    return code // step & (STEP[1] - 1)


def fill_round(room: Room, number: int, seating: Seating, met: list[int], rng: Random) -> None:
    """Seat everybody of a round who has no table yet, each where they meet fewest again.

    In:
        seating: rounds already done; this round's row is filled in, seated people stay.
        met: for each person those met so far; updated.
    """
    row = seating[number]
    g = room.g[number]
    if not g:
        return
    if number not in room.quotas:
        room.quotas[number] = role_quotas(room, number)
    quotas = [list(row) for row in room.quotas[number]]
    at = [0] * g
    load = [0] * g
    waiting: list[int] = []
    for person in room.present[number]:
        table = row[person]
        if table < 0:
            table = room.pin[number].get(person, -1)
            row[person] = table
        if table < 0:
            waiting.append(person)
            continue
        at[table] |= 1 << person
        load[table] += 1
        quotas[table][room.role[person]] -= 1
    rng.shuffle(waiting)
    waiting.sort(key=lambda p: not (room.together[p] or room.apart[p]))
    for person in waiting:
        role = room.role[person]
        friends, foes = room.together[person], room.apart[person]
        known = met[person]
        best, where = None, 0
        for table in range(g):
            people = at[table]
            short = quotas[table][role] <= 0
            if not friends and short and best is not None and best[0] < 4:
                continue
            full = load[table] >= room.tables[number][table].max
            key = (
                4 * short
                + 400 * full
                + 8 * (people & foes).bit_count()
                - 40 * (people & friends).bit_count(),
                (people & known).bit_count(),
                -quotas[table][role],
                load[table],
            )
            if best is None or key < best:
                best, where = key, table
        row[person] = where
        at[where] |= 1 << person
        load[where] += 1
        quotas[where][role] -= 1
    _note(at, met)


def _note(at: list[int], met: list[int]) -> None:
    """Everybody at a table has now met everybody else there."""
    for people in at:
        rest = people
        while rest:
            low = rest & -rest
            rest ^= low
            met[low.bit_length() - 1] |= people ^ low


def greedy(room: Room, rng: Random, seating: Seating | None = None) -> Seating:
    """Round after round, everybody who has no table in `seating` yet gets one."""
    seating = seating or room.empty_seating()
    met = [0] * room.n
    for number in range(room.rounds):
        fill_round(room, number, seating, met, rng)
    return seating
