"""The PostgreSQL that Facilitator itself starts on the laptop that shares an event.

Everything of it lies in `EVENT.hub/`: the event's authority (`ca.pem`, `ca.key`), the superuser's
password, `hub.json`, and `data/`, the server's own folder. Nothing listens before `start` and after
`stop`, and between them only TLS and SCRAM come in; there is no socket file and no `trust`.

PostgreSQL does not run as root. Where this program does, the server runs as another account, and
its data folder lies beside the event if that account can get there, else below `/var/lib`.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import psutil
import psycopg

from facilitator.domain.errors import Busy, DiskFull, ReadOnly, Refused, TooNew, WorldTrouble
from facilitator.store.hub_addresses import free_port, is_free, own_addresses
from facilitator.store.hub_binaries import Binaries, account, find_binaries, run_tool
from facilitator.store.hub_certificates import issue_server, make_ca
from facilitator.store.hub_process import (
    end_server,
    kill,
    left_behind,
    server_of,
    wait_until,
    wake,
    with_children,
)
from facilitator.store.hub_settings import HBA, SUPERUSER, configuration
from facilitator.store.shred import cover
from facilitator.store.trouble import shown_path, system_trouble
from facilitator.store.whole import write_private

_ELSEWHERE = Path("/var/lib/facilitator-hub")
_START_WAIT = 60
_LOGIN_WAIT = 10


class HubServer:
    """One event's server: made once, started and stopped as often as one likes.

    `folder` is `EVENT.hub`. `settings` are further settings of PostgreSQL's, by name, which win.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self._settings = dict(settings or {})

    # What is there

    @property
    def exists(self) -> bool:
        """Whether a server was made here."""
        return (self._data / "PG_VERSION").is_file()

    @property
    def ca_cert(self) -> str:
        """The certificate of the event's authority, PEM."""
        return (self.folder / "ca.pem").read_text("ascii")

    @property
    def ca_key(self) -> str:
        """The authority's private key, PEM: for deputies alone."""
        return (self.folder / "ca.key").read_text("ascii")

    @property
    def log(self) -> Path:
        """The folder of the server's log."""
        return self._data / "log"

    @property
    def pid(self) -> int | None:
        """The process of the running server."""
        found = self._postmaster()
        return found.pid if found is not None else None

    @property
    def running_port(self) -> int | None:
        """The port at which it listens; None where it does not run."""
        lines = self._pid_file()
        return int(lines[3]) if self._postmaster() is not None and len(lines) > 3 else None

    def is_running(self) -> bool:
        """Whether the server runs; asks the system, not the network."""
        return self._postmaster() is not None

    def admin_url(self, database: str = "postgres") -> str:
        """The superuser's URL of a database on the running server, for this laptop alone.

        Raises Refused where it does not run.
        """
        port = self.running_port
        if port is None:
            raise Refused("This event is not shared from this laptop.", "", "Share it first.")
        password = (self.folder / "password").read_text("ascii")
        return (
            f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/{quote(database, safe='')}"
            f"?sslmode=verify-ca&sslrootcert={quote(str(self.folder / 'ca.pem'), safe='')}"
            "&connect_timeout=10"
        )

    # To make, start, stop and remove it

    def create(
        self, event_name: str, event_id: UUID | str, authority: tuple[str, str] | None = None
    ) -> None:
        """Make the folder, the event's authority (or keep the given one, a deputy's) and a server.

        Raises Refused where one is there already or no PostgreSQL can be found; DiskFull, ReadOnly
        or another WorldTrouble where the folder does not serve. What was half made is removed.
        """
        place = shown_path(self.folder)
        if self.exists:
            raise Refused(f"{place} holds a server already.", "It was not changed.")
        if self._is_strange():
            raise Refused(
                f"{place} is there already, and it is not a folder of a shared event.",
                "It was not changed.", "Give it another name, then share.",
            )  # fmt: skip
        binaries = find_binaries()
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self.folder.chmod(0o700)
            self._write_note()
            certificate, key = authority or make_ca(event_name, event_id)
            write_private(self.folder / "ca.pem", certificate)
            write_private(self.folder / "ca.key", key)
            write_private(self.folder / "password", secrets.token_urlsafe(24))
            data = self._place_for_data()
            self._write_note(data=str(data))
            self._initdb(binaries, data)
        except OSError as problem:
            self._clear_away()
            raise system_trouble(problem, place) from problem
        except BaseException:
            self._clear_away()
            raise

    def start(
        self,
        port: int = 0,
        addresses: Sequence[str] = (),
        listen: Sequence[str] = ("*",),
        *,
        anywhere: bool = False,
    ) -> int:
        """Start the server, and return the port once it listens and lets its superuser in.

        `port` 0 takes the one it had, else 54817, else a free one. `addresses` go into its
        certificate, beside this laptop's own. It outlives this program. Where it runs already,
        nothing happens. Raises Busy where a port that was asked for, or was known to the desks, is
        taken, unless `anywhere` lets it take a free one; DiskFull, ReadOnly, TooNew or another
        WorldTrouble with the reason.
        """
        place = shown_path(self.folder)
        try:
            process = self._postmaster()
            if process is not None:
                wake(with_children(process))
                return self._log_in()
            binaries = self._fitting()
            self._forget_the_dead()
            kept = self._note().get("port")
            wanted = port or (kept if isinstance(kept, int) else 0)
            if wanted and not is_free(wanted):
                if not anywhere:
                    raise _taken(wanted)
                wanted = 0
            chain, key = issue_server(self.ca_cert, self.ca_key, [*addresses, *own_addresses()])
            self._give(self._data / "server.crt", chain)
            self._give(self._data / "server.key", key)
            chosen = self._launch(binaries, wanted, listen)
            self._write_note(
                port=chosen, pid=self.pid, started_at=datetime.now(UTC).isoformat(),
                binaries=str(binaries.folder), version=binaries.words,
            )  # fmt: skip
        except OSError as problem:
            raise system_trouble(problem, place) from problem
        return chosen

    def stop(self) -> None:
        """Stop the server; afterwards nothing listens. Where it does not run, nothing happens.

        First all connections are ended and everything is written; a server that does not do so in
        time is ended at once, which loses nothing either: it recovers at the next start. Raises
        WorldTrouble where it cannot be ended.
        """
        process = self._postmaster()
        if process is None:
            kill(left_behind(self._data))
            return
        pg_ctl = str(Path(str(self._note().get("binaries", "")), "pg_ctl"))
        if not end_server(process, self._data, pg_ctl):
            raise WorldTrouble(
                "The server on this laptop does not end.", "What was saved before is safe.",
                "Restart the laptop; nothing is shared afterwards.",
            )  # fmt: skip
        if self.folder.is_dir():
            self._write_note(pid=None)

    def remove(self) -> None:
        """Stop the server and delete its folder, with everything in it. May be called twice.

        What may hold people's names is written over first. Raises ReadOnly where something of it
        cannot be deleted.
        """
        self.stop()
        self._cover()
        self._clear_away()
        if self.folder.exists():
            raise ReadOnly(
                f"{shown_path(self.folder)} cannot be removed: a file in it is in use or belongs "
                "to somebody else.", "", "Delete the folder by hand.",
            )  # fmt: skip

    def _cover(self) -> None:
        """Write over tables, write-ahead log and the server's own log. Where that fails the
        removal goes on: a disk that cannot be written to must not keep a hub for ever."""
        if self._settings.get("fsync") == "off":
            return  # a server that forgets everything anyway
        files = [
            path
            for part in ("base", "pg_wal", "log")
            for path in (self._data / part).rglob("*")
            if path.is_file() and not path.is_symlink()
        ]

        def over(path: Path) -> None:
            with suppress(OSError):
                cover(path)

        # Several at once: the disk gathers what they wait for.
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(over, files))

    def _clear_away(self) -> None:
        """Delete what is ours, and only that."""
        data = self._data
        for folder in (_part_of(data), data):
            shutil.rmtree(folder, ignore_errors=True)
        if not self._is_strange():
            shutil.rmtree(self.folder, ignore_errors=True)

    # The folder

    @property
    def _data(self) -> Path:
        noted = self._note().get("data")
        # what is below /var/lib is ours; anything else that a note names is not
        if isinstance(noted, str) and Path(noted).parent == _ELSEWHERE:
            return Path(noted)
        return self.folder / "data"

    def _is_strange(self) -> bool:
        """Whether the folder holds something, and nothing of a hub."""
        try:
            names = {path.name for path in self.folder.iterdir()}
        except FileNotFoundError:
            return False
        except NotADirectoryError:
            return True
        return bool(names) and "hub.json" not in names

    def _note(self) -> dict[str, object]:
        try:
            content = json.loads((self.folder / "hub.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def _write_note(self, **changed: object) -> None:
        content = {**self._note(), **changed}
        write_private(self.folder / "hub.json", json.dumps(content, indent=1))

    def _place_for_data(self) -> Path:
        """Beside the event; where another account must run the server and cannot get there,
        below /var/lib."""
        beside = self.folder / "data"
        other = account()
        if other is None:
            return beside
        # the account may pass through, and read nothing but its own
        self.folder.chmod(0o711)
        status, _ = run_tool(["/bin/sh", "-c", 'test -x "$1"', "sh", str(self.folder)])
        if status == 0:
            return beside
        self.folder.chmod(0o700)
        try:
            _ELSEWHERE.mkdir(mode=0o711, exist_ok=True)
        except OSError as problem:
            raise Refused(
                f"PostgreSQL does not run as root, and the account “{other.name}”, as which it "
                f"could run, does not get to {shown_path(self.folder)}.", "Nothing was changed.",
                "Start Facilitator as an ordinary user, or move the event to a folder that all "
                "may enter.",
            ) from problem  # fmt: skip
        noted = self._data
        return noted if noted.parent == _ELSEWHERE else _ELSEWHERE / secrets.token_hex(8)

    def _initdb(self, binaries: Binaries, data: Path) -> None:
        """Make the data folder beside its name: one that was cut short is never taken for whole."""
        part = _part_of(data)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        _hand_over(part)
        password = part.with_name(f"{data.name}.password")
        hasty = ["-N"] if self._settings.get("fsync") == "off" else []
        try:
            self._give(password, (self.folder / "password").read_text("ascii"))
            # paths stay relative: initdb and pg_ctl hand them to a shell
            status, words = run_tool(
                [
                    binaries.tool("initdb"), "-D", ".", "-U", SUPERUSER, "-E", "UTF8",
                    "--locale=C", "-A", "scram-sha-256", "--pwfile", f"../{password.name}", "-k",
                    *hasty,
                ],
                cwd=part, timeout=300,
            )  # fmt: skip
        finally:
            password.unlink(missing_ok=True)
        if status != 0:
            raise self._reason(words)
        stock = part / "postgresql.conf"
        self._give(stock, stock.read_text("utf-8") + "\ninclude 'facilitator.conf'\n")
        part.rename(data)

    def _give(self, path: Path, content: str) -> None:
        """Write a file for the account of the server alone."""
        write_private(path, content)
        _hand_over(path)

    def _fitting(self) -> Binaries:
        """The PostgreSQL that this data folder is bound to."""
        try:
            major = int((self._data / "PG_VERSION").read_text("ascii").strip())
        except FileNotFoundError:
            raise Refused(
                f"{shown_path(self.folder)} holds no server.", "", "Share the event anew."
            ) from None
        except ValueError:
            major = 0
        try:
            return find_binaries(major)
        except Refused as nothing:
            kind = TooNew if major > find_binaries().major else WorldTrouble
            raise kind(
                f"{shown_path(self.folder)} was made by PostgreSQL {major}, which this laptop does "
                "not have.", "Nothing was changed.",
                f"{nothing.then} Or remove that folder and share the event anew from its file.",
            ) from nothing  # fmt: skip

    # The process

    def _pid_file(self) -> list[str]:
        try:
            return (self._data / "postmaster.pid").read_text("utf-8", "replace").splitlines()
        except OSError:
            return []

    def _postmaster(self) -> psutil.Process | None:
        return server_of(self._data, self._pid_file())

    def _forget_the_dead(self) -> None:
        """Remove what a power cut or a kill left of a server, so that it starts again."""
        lines = self._pid_file()
        if lines and self._postmaster() is None and kill(left_behind(self._data)):
            (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _launch(self, binaries: Binaries, wanted: int, listen: Sequence[str]) -> int:
        """Start it at the port `wanted`, or at one that is free, and log in once."""
        said = self.folder / "start.log"
        # not `-l`, whose path goes to a shell; what the server says later goes to its own log
        command = [binaries.tool("pg_ctl"), "start", "-D", ".", "-s", "-w", "-t", str(_START_WAIT)]
        while True:
            port = wanted or free_port()
            more = configuration(binaries.major, port, listen, self._settings)
            self._give(self._data / "facilitator.conf", more)
            self._give(self._data / "pg_hba.conf", HBA)
            write_private(said, "")
            status, words = run_tool(command, cwd=self._data, timeout=_START_WAIT + 10, output=said)
            if status == 0:
                return self._log_in()
            reason = self._reason(words + self._last_log(), port)
            # somebody else was given the free port in between
            if wanted or not isinstance(reason, Busy):
                raise reason

    def _log_in(self) -> int:
        """Wait until the running server lets its superuser in; returns its port."""
        last = ""

        def is_in() -> bool:
            nonlocal last
            try:
                with psycopg.connect(self.admin_url(), autocommit=True) as connection:
                    connection.execute("SELECT 1")
            except (psycopg.Error, Refused) as problem:
                last = str(problem)
                return False
            return True

        port = self.running_port if wait_until(is_in, _LOGIN_WAIT) else None
        if port is None:
            raise self._reason(last)
        return port

    def _last_log(self) -> str:
        files = sorted(self.log.glob("*.log"), key=lambda path: path.stat().st_mtime)
        return files[-1].read_text("utf-8", "replace")[-4000:] if files else ""

    def _reason(self, words: str, port: int = 0) -> WorldTrouble:
        """What PostgreSQL complained of, as a sentence."""
        place = shown_path(self.folder)
        safe = "What was saved before is safe."
        low = words.lower()
        if "no space left" in low or "disk quota" in low:
            return DiskFull(f"The disk that holds {place} is full.", safe, "Make room, then share.")
        if "address already in use" in low or "could not create any tcp/ip sockets" in low:
            return _taken(port)
        if "permission denied" in low or "read-only file system" in low:
            return ReadOnly(
                f"{place} may not be written to.", safe, "Move the event to a folder of your own."
            )
        if "permissions should be" in low or "could not change permissions" in low:
            return WorldTrouble(
                f"The disk that holds {place} cannot keep a folder for one owner alone.", safe,
                "Move the event to this laptop's own disk, then share.",
            )  # fmt: skip
        lines = [line.strip() for line in words.splitlines() if line.strip()]
        fatal = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line]
        last = (fatal or lines or ["it gave no reason"])[-1]
        for mark in ("FATAL:", "PANIC:", "error:"):
            last = last.rpartition(mark)[2].strip()
        return WorldTrouble(
            f"The server did not start: {last.rstrip('.')}.", safe,
            f"More is in {shown_path(self.folder / 'start.log')}.",
        )  # fmt: skip


def _taken(port: int) -> Busy:
    return Busy(
        f"Port {port} of this laptop is used by another program.", "Nothing is shared yet.",
        "Close that program, or share at another port.",
    )  # fmt: skip


def _part_of(data: Path) -> Path:
    return data.with_name(f"{data.name}.part")


def _hand_over(path: Path) -> None:
    """Give a file or folder to the account of the server, where that is another."""
    other = account()
    if other is not None:
        os.chown(path, other.uid, other.gid)
