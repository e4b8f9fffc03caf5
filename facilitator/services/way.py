"""The way to a shared event: finding its hub by a join code, and trying the way beforehand.

Every address of the code is tried at once, in threads that nobody waits for longer than said: a
firewall that drops packets answers nothing at all.
"""

from __future__ import annotations

import contextlib
import hmac
import queue
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_address
from pathlib import Path
from typing import Any, Final, LiteralString

import psutil
import psycopg

from facilitator.clocks import Clocks, SystemClocks
from facilitator.domain.errors import DiskFull, ReadOnly, Refused, Trouble
from facilitator.domain.join_code import JoinCode, parse_join_code
from facilitator.domain.text import counted, listed
from facilitator.store.hub import Account, Place, connect
from facilitator.store.hub_addresses import own_addresses
from facilitator.store.hub_certificates import (
    NoAnswer,
    NoTls,
    NotPostgres,
    Refuses,
    fetch_chain,
    fingerprint,
)
from facilitator.store.hub_roles import refused
from facilitator.store.whole import write_private

#: how long an address is tried, in seconds
PATIENCE = 3.0
#: a difference between two clocks that is said in words, in seconds
WRONG_CLOCK = 2.0
#: a hub that takes longer to answer than 800 ms counts as gone: a way half as slow is in danger
_SLOW = 0.4
_TURNS = 3
#: nothing listens at this port ("discard") today: whoever refuses it is there
_CLOSED_PORT = 9
_NOW: Final = "SELECT extract(epoch FROM clock_timestamp())::float8"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing on the way, in words; `ok` where it is as it should be."""

    ok: bool
    words: str


class WrongCertificate(Trouble):
    """What answers has another certificate than the code promises. Nothing was sent to it."""


# --- finding the hub ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reached:
    """An address that answered as the code promises. `ca`: the event's certificate, PEM."""

    address: str
    ca: str


@dataclass(frozen=True, slots=True)
class Missed:
    """An address that did not answer as it should, and why."""

    address: str
    why: Trouble


def find_hub(code: JoinCode, patience: float = PATIENCE) -> Reached:
    """The first address of the code at which its hub answers; nothing secret is sent to any.

    Raises, after `patience` seconds at most, the Trouble that tells most about the way where none
    does.
    """
    missed: list[Missed] = []
    for found in _answers(code, patience):
        if isinstance(found, Reached):
            return found
        missed.append(found)
    raise _telling(missed).why


def _answers(code: JoinCode, patience: float) -> Iterator[Reached | Missed]:
    """What comes of each address, the quickest first. All are tried at once."""
    told: queue.SimpleQueue[Reached | Missed] = queue.SimpleQueue()
    for address in code.addresses:
        # Daemons: neither looking up a name nor a silent network holds the program's end up.
        threading.Thread(
            target=lambda one=address: told.put(_try(one, code, patience)), name="way", daemon=True
        ).start()
    waiting, until = set(code.addresses), time.monotonic() + patience + 0.5
    while waiting:
        try:
            found = told.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            for address in waiting:
                yield Missed(address, NoAnswer(f"Nothing answers at {address}, port {code.port}."))
            return
        waiting.discard(found.address)
        yield found


def _try(address: str, code: JoinCode, patience: float) -> Reached | Missed:
    try:
        chain = fetch_chain(address, code.port, patience)
    except Trouble as why:
        return Missed(address, why)
    for certificate in chain:
        if hmac.compare_digest(fingerprint(certificate), code.fingerprint):
            return Reached(address, certificate)
    why = WrongCertificate(
        f"What answers at {address} is not the hub of this code: its certificate is another.",
        "Nothing was sent to it.",
        "Ask for a new join code at the hub; if it says the same, use a network of your own.",
    )
    return Missed(address, why)


def _telling(missed: Sequence[Missed]) -> Missed:
    """The one that tells most: whatever answered before what did not."""
    order = (WrongCertificate, NoTls, NotPostgres, Refuses, NoAnswer, Trouble)

    def rank(one: Missed) -> int:
        return next(place for place, kind in enumerate(order) if isinstance(one.why, kind))

    return min(missed, key=rank)


# --- asking the hub -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """`trip`: the shortest of a few round trips, in seconds. `skew`: the hub's clock minus this
    laptop's, in seconds, taken at the middle of that trip."""

    trip: float
    skew: float


def measure(connection: psycopg.Connection[Any], clocks: Clocks) -> Measured:
    """Compare two clocks over a connection that is open."""
    best: Measured | None = None
    for _ in range(_TURNS):
        here, began = clocks.now().timestamp(), time.monotonic()
        there = _first(connection, _NOW)
        trip = time.monotonic() - began
        if best is None or trip < best.trip:
            best = Measured(trip, there - (here + trip / 2))
    assert best is not None
    return best


def whole(patience: float) -> int:
    """Seconds as libpq takes them for connecting: whole, and two at least."""
    return max(2, round(patience))


@contextlib.contextmanager
def hang_up_after(
    connection: psycopg.Connection[Any], seconds: float
) -> Iterator[Callable[[], None]]:
    """Hang up where nothing is heard for so many seconds; whoever waits gets a psycopg.Error.

    A frozen hub looks alive to the network for ever. What this yields is called at each sign of
    life.
    """
    timers: list[threading.Timer] = []
    guard = threading.Lock()
    over = False

    def hang_up() -> None:
        # Once it is over, the number of the connection may be another's.
        with guard, contextlib.suppress(OSError, psycopg.Error):
            if over:
                return
            line = socket.socket(fileno=connection.fileno())
            try:
                line.shutdown(socket.SHUT_RDWR)
            finally:
                line.detach()

    def heard() -> None:
        while timers:
            timers.pop().cancel()
        timers.append(threading.Timer(seconds, hang_up))
        timers[-1].daemon = True
        timers[-1].start()

    heard()
    try:
        yield heard
    finally:
        with guard:
            over = True
        for timer in timers:
            timer.cancel()


def _first(connection: psycopg.Connection[Any], query: LiteralString) -> float:
    row = connection.execute(query).fetchone()
    return float(row[0]) if row else 0.0


def clock_words(skew: float) -> str:
    """What is said of a laptop's clock; nothing where it is right."""
    seconds = round(abs(skew))
    if abs(skew) <= WRONG_CLOCK:
        return ""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= 2 * size or size == 1:
            amount = counted(round(seconds / size), unit)
            return f"This laptop's clock is {amount} {'slow' if skew > 0 else 'fast'}."
    return ""


def account_of(code: JoinCode, folder: Path, address: str) -> Account:
    """The account with which a code may join, and nothing else. `folder` holds `ca.pem`."""
    return Account(
        folder, "", "", "", "", Place((address,), code.port), code.database, code.login, code.secret
    )


# --- trying the way beforehand --------------------------------------------------------------------


def try_way(
    code: str, *, clocks: Clocks | None = None, patience: float = PATIENCE
) -> tuple[Step, ...]:
    """Try the way to the hub of a join code, in about five seconds, and say what is in it.

    `patience` is how long silence is listened to, in seconds. Nothing is used up and nothing is
    kept. What cannot be read as a code is a step that is not ok.
    """
    try:
        wanted = parse_join_code(code)
    except Refused as refused:
        return (Step(False, str(refused)),)
    own = [one for one in own_addresses() if not ip_address(one.partition("%")[0]).is_loopback]
    inside = [one for one in wanted.addresses if _is_here(one, own)]
    if not own and not inside:
        return (
            Step(False, "This laptop is in no network. Switch its Wi-Fi on, or plug a cable in."),
        )
    steps = []
    if own:
        steps.append(Step(True, f"This laptop is in a network, as {listed(own[:3])}."))
    probes = _probe_closed_ports(wanted, patience / 2)
    found = list(_first_or_all(wanted, patience))
    reached = next((one for one in found if isinstance(one, Reached)), None)
    if reached is None:
        missed = _telling([one for one in found if isinstance(one, Missed)])
        return (*steps, _why_missed(missed, wanted, own, probes))
    steps.append(Step(True, _where(reached.address, own)))
    steps.append(Step(True, "The hub listens there, encrypts, and has the code's certificate."))
    return (*steps, *_ask_hub(wanted, reached, clocks or SystemClocks(), patience))


def _first_or_all(code: JoinCode, patience: float) -> Iterator[Reached | Missed]:
    for found in _answers(code, patience):
        yield found
        if isinstance(found, Reached):
            return


def _ask_hub(code: JoinCode, reached: Reached, clocks: Clocks, patience: float) -> Iterator[Step]:
    with tempfile.TemporaryDirectory(prefix="facilitator-") as place:
        account = account_of(code, Path(place), reached.address)
        write_private(account.ca, reached.ca)
        try:
            with (
                contextlib.closing(connect(account, account.hub, seconds=whole(patience))) as hub,
                hang_up_after(hub, patience),
            ):
                found = measure(hub, clocks)
        except psycopg.Error as problem:
            yield Step(False, str(refused_by_hub(problem, code)))
            return
    until = "" if code.until is None else f" until {code.until.astimezone():%H:%M}"
    yield Step(True, f"The code is good{until}.")
    quick = found.trip < _SLOW
    yield Step(
        quick,
        f"The hub answers in {max(1, round(found.trip * 1000))} milliseconds"
        + ("." if quick else ": so slow that this laptop may have to work alone at times."),
    )
    wrong = clock_words(found.skew)
    yield Step(not wrong, f"{wrong} Set it." if wrong else "This laptop's clock is right.")


def refused_by_hub(problem: psycopg.Error, code: JoinCode) -> Trouble:
    """The sentence for a hub that is there and does not let a code's login in."""
    known = refused(problem)
    if known is not None:
        return known
    said = str(problem).casefold()
    state = problem.sqlstate or ""
    if state.startswith("53") and state != "53300":
        return DiskFull(
            "The hub has no room left on its disk.", "Nothing was changed.", "Make some."
        )
    if state == "25006":
        return ReadOnly("The hub can only be read at the moment.", "Nothing was changed.")
    if f'database "{code.database}"'.casefold() in said and "does not exist" in said:
        return Refused(
            "The hub does not share the event of this code any more.", "Nothing was changed.",
            "Ask for a new join code at the hub.",
        )  # fmt: skip
    if "too many" in said or "remaining connection slots" in said or "connection limit" in said:
        return NoAnswer(
            "The hub has too many connections just now.", "Nothing was changed.", "Try again."
        )
    if "certificate verify" in said:
        return WrongCertificate(
            "What answers in the hub's place cannot prove that it is the hub of this code.",
            "Nothing was sent to it.", "Ask for a new join code at the hub.",
        )  # fmt: skip
    return NoAnswer(
        "The hub stopped answering in the middle.", "Nothing was changed.", "Try again."
    )


# --- what a network does --------------------------------------------------------------------------


def _is_here(address: str, own: Sequence[str]) -> bool:
    """Whether an address is this laptop's own."""
    try:
        return address in own or ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return address == "localhost"


def _network(address: str) -> IPv4Network | None:
    """This laptop's network in which an address lies; None where there is none."""
    try:
        wanted = IPv4Address(address)
    except ValueError:
        return None
    for entries in psutil.net_if_addrs().values():
        for entry in entries:
            if entry.family == socket.AF_INET and entry.netmask:
                network = IPv4Network(f"{entry.address}/{entry.netmask}", strict=False)
                if wanted in network:
                    return network
    return None


def _where(address: str, own: Sequence[str]) -> str:
    if _is_here(address, own):
        return f"The hub is this laptop itself, {address}."
    network = _network(address)
    if network is None:
        return f"The hub is in another network, and there is a way to it, at {address}."
    return f"The hub is in the same network, at {address}."


def _why_missed(
    missed: Missed, code: JoinCode, own: Sequence[str], probes: dict[str, bool]
) -> Step:
    """What stands in the way, from what answered and what did not."""
    if not isinstance(missed.why, NoAnswer):
        return Step(False, str(missed.why))
    answering = [one for one in code.addresses if probes.get(one)]
    if answering:
        return Step(
            False,
            f"The laptop at {answering[0]} is there, but its port {code.port} is silent: its "
            "firewall keeps Facilitator's PostgreSQL out. Allow it there.",
        )
    near = [one for one in code.addresses if _network(one) is not None]
    if near:
        return Step(
            False,
            f"Nothing answers at {near[0]}, port {code.port}, though it is in this laptop's "
            "network. The hub is off or elsewhere, or its firewall keeps this laptop out, or this "
            "is a guest Wi-Fi that keeps laptops apart: use a cable, or a phone's hotspot.",
        )
    mine = f", and this laptop is {own[0]}" if own else ""
    return Step(
        False,
        f"There is no way to {listed(list(code.addresses), 'or')}{mine}: that is another network. "
        "Bring both laptops into one, by the same Wi-Fi or by cable.",
    )


def _probe_closed_ports(code: JoinCode, patience: float) -> dict[str, bool]:
    """For each address, by and by: True where a laptop is there, for it refuses another port."""
    found: dict[str, bool] = {}

    def probe(address: str) -> None:
        try:
            socket.create_connection((address, _CLOSED_PORT), patience).close()
            found[address] = True
        except ConnectionRefusedError:
            found[address] = True
        except OSError:
            found[address] = False

    for address in code.addresses:
        threading.Thread(target=probe, args=(address,), name="way", daemon=True).start()
    return found
