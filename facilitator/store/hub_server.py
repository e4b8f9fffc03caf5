"""The PostgreSQL that Facilitator itself starts on the laptop that shares an event.

Everything of it lies in `EVENT.hub/`: the event's authority (`ca.pem`, `ca.key`), the superuser's
password, `hub.json`, and `data/`, the server's own folder. Nothing listens before `start` and after
`stop`, and between them only TLS and SCRAM come in; there is no socket file and no `trust`.

PostgreSQL does not run as root. Where this program does, the server runs as another account, and
its data folder lies beside the event if that account can get there, else below `/var/lib`.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import psutil
import psycopg

from facilitator.domain.errors import Busy, DiskFull, ReadOnly, Refused, TooNew, WorldTrouble
from facilitator.store.hub_addresses import own_addresses
from facilitator.store.hub_binaries import Binaries, account, find_binaries, run_tool
from facilitator.store.hub_certificates import issue_server, make_ca, write_private
from facilitator.store.trouble import shown_path, system_trouble

PORT = 54817
SUPERUSER = "f_hub"

_ELSEWHERE = Path("/var/lib/facilitator-hub")
_START_WAIT = 60
_STOP_WAIT = 8

#: Who may come in. The superuser only from this laptop; everybody with TLS and SCRAM; nobody else.
_HBA = f"""\
# Written by Facilitator at every start.
hostssl all {SUPERUSER} 127.0.0.1/32 scram-sha-256
hostssl all {SUPERUSER} ::1/128 scram-sha-256
hostssl all {SUPERUSER} all reject
hostssl all all 0.0.0.0/0 scram-sha-256
hostssl all all ::/0 scram-sha-256
host all all all reject
"""

#: Every silent stranger holds one of 2 x (max_connections + a few) places until the three seconds
#: of authentication_timeout are over: this many take more than a thousand of them, and one who
#: has joined keeps the connection that he has.
_SETTINGS = {
    "max_connections": "600",
    "superuser_reserved_connections": "16",
    "authentication_timeout": "3s",
    "password_encryption": "scram-sha-256",
    "ssl": "on",
    "ssl_cert_file": "server.crt",
    "ssl_key_file": "server.key",
    "ssl_min_protocol_version": "TLSv1.2",
    "unix_socket_directories": "",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "fsync": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # what is logged holds no statement and no row: those are people's data
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "hub-%H.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1h",
    "log_rotation_size": "0",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_connections": "off",
    "log_disconnections": "off",
}


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
        host = "[::1]" if self._only_six() else "127.0.0.1"
        return (
            f"postgresql://{SUPERUSER}:{password}@{host}:{port}/{quote(database, safe='')}"
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
        if self.exists:
            raise Refused(f"{shown_path(self.folder)} holds a server already.")
        binaries = find_binaries()
        place = shown_path(self.folder)
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self.folder.chmod(0o700)
            certificate, key = authority or make_ca(event_name, event_id)
            write_private(self.folder / "ca.pem", certificate)
            write_private(self.folder / "ca.key", key)
            write_private(self.folder / "password", secrets.token_urlsafe(24))
            data = self._place_for_data()
            self._write_note(data=str(data))
            self._initdb(binaries, data)
        except OSError as problem:
            self.remove()
            raise system_trouble(problem, place) from problem
        except BaseException:
            self.remove()
            raise

    def start(
        self, port: int = 0, addresses: Sequence[str] = (), listen: Sequence[str] = ("*",)
    ) -> int:
        """Start the server, and return the port once it listens and lets its superuser in.

        `port` 0 takes the one it had, else 54817, else a free one. `addresses` go into its
        certificate, beside this laptop's own. It outlives this program. Where it runs already,
        nothing happens. Raises Busy where a port that was asked for, or was known to the desks, is
        taken; DiskFull, ReadOnly, TooNew or another WorldTrouble with the reason.
        """
        running = self.running_port
        if running is not None:
            return running
        place = shown_path(self.folder)
        try:
            binaries = self._fitting()
            self._forget_the_dead()
            kept = self._note().get("port")
            wanted = port or (kept if isinstance(kept, int) else 0)
            if wanted and not _is_free(wanted):
                raise _taken(wanted)
            chain, key = issue_server(self.ca_cert, self.ca_key, [*addresses, *own_addresses()])
            self._give("server.crt", chain)
            self._give("server.key", key)
            chosen = self._launch(binaries, wanted, listen)
        except OSError as problem:
            raise system_trouble(problem, place) from problem
        self._write_note(
            port=chosen, pid=self.pid, started_at=datetime.now(UTC).isoformat(),
            binaries=str(binaries.folder), version=binaries.words,
        )  # fmt: skip
        return chosen

    def stop(self) -> None:
        """Stop the server; afterwards nothing listens. Where it does not run, nothing happens.

        First all connections are ended and everything is written; a server that does not do so in
        time is ended at once, which loses nothing either: it recovers at the next start. Raises
        WorldTrouble where it cannot be ended.
        """
        process = self._postmaster()
        if process is None:
            return
        family = [process, *_children(process)]
        _wake(family)
        binaries = self._fitting()
        for mode in ("fast", "immediate"):
            command = [binaries.tool("pg_ctl"), "stop", "-D", ".", "-s", "-w", "-m", mode]
            run_tool([*command, "-t", str(_STOP_WAIT)], cwd=self._data, timeout=_STOP_WAIT + 5)
            if self._postmaster() is None:
                break
        _end(family)
        if self._postmaster() is not None:
            raise WorldTrouble(
                "The server on this laptop does not end.", "What was saved before is safe.",
                "Restart the laptop; nothing is shared afterwards.",
            )  # fmt: skip
        self._write_note(pid=None)

    def remove(self) -> None:
        """Stop the server and delete its folder, with everything in it. May be called twice."""
        if self.exists:
            self.stop()
        data = self._data
        for folder in (data, self.folder):
            shutil.rmtree(folder, ignore_errors=True)
        if self.folder.exists():
            raise ReadOnly(
                f"{shown_path(self.folder)} cannot be removed: a file in it is in use or belongs "
                "to somebody else.", "", "Delete the folder by hand.",
            )  # fmt: skip

    # The folder

    @property
    def _data(self) -> Path:
        noted = self._note().get("data")
        return Path(noted) if isinstance(noted, str) else self.folder / "data"

    def _note(self) -> dict[str, object]:
        try:
            content = json.loads((self.folder / "hub.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def _write_note(self, **changed: object) -> None:
        content = {**self._note(), **changed}
        # a folder that was moved takes its server along
        if content.get("data") == str(self.folder / "data"):
            del content["data"]
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
        return _ELSEWHERE / secrets.token_hex(8)

    def _initdb(self, binaries: Binaries, data: Path) -> None:
        password = data.with_name(f"{data.name}.password")
        other = account()
        data.mkdir(mode=0o700)
        try:
            write_private(password, (self.folder / "password").read_text("ascii"))
            if other is not None:
                os.chown(data, other.uid, other.gid)
                os.chown(password, other.uid, other.gid)
            # paths stay relative: initdb and pg_ctl hand them to a shell
            hasty = ["-N"] if self._settings.get("fsync") == "off" else []
            status, words = run_tool(
                [
                    binaries.tool("initdb"), "-D", ".", "-U", SUPERUSER, "-E", "UTF8",
                    "--locale=C", "-A", "scram-sha-256", "--pwfile", f"../{password.name}", "-k",
                    *hasty,
                ],
                cwd=data, timeout=300,
            )  # fmt: skip
        finally:
            password.unlink(missing_ok=True)
        if status != 0:
            raise self._reason(words)
        self._give("postgresql.conf", "include 'facilitator.conf'\n", append=True)

    def _give(self, name: str, content: str, *, append: bool = False) -> None:
        """Write a file of the data folder, for the account of the server alone."""
        path = self._data / name
        before = path.read_text("utf-8") if append else ""
        write_private(path, before + content)
        other = account()
        if other is not None:
            os.chown(path, other.uid, other.gid)

    def _write_configuration(self, binaries: Binaries, port: int, listen: Sequence[str]) -> None:
        settings = {**_SETTINGS, "port": str(port), "listen_addresses": ",".join(listen)}
        if sys.platform.startswith("linux"):
            settings["tcp_user_timeout"] = "10s"
        if binaries.major >= 14 and sys.platform != "win32":
            settings["client_connection_check_interval"] = "2s"
        if binaries.major >= 16:
            settings["reserved_connections"] = "64"
        if sys.platform == "win32":
            del settings["unix_socket_directories"]
        settings |= self._settings
        lines = [f"{name} = '{value}'" for name, value in settings.items()]
        self._give("facilitator.conf", "\n".join(["# Written by Facilitator.", *lines, ""]))
        self._give("pg_hba.conf", _HBA)

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
        """The server's process. Not just any that has its number: after a power cut another has."""
        lines = self._pid_file()
        try:
            process = psutil.Process(int(lines[0]))
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            return process if _is_server_of(process, self._data) else None
        except (IndexError, ValueError, psutil.NoSuchProcess):
            return None

    def _forget_the_dead(self) -> None:
        """Remove the mark of a server that a power cut ended, so that it starts again."""
        if self._pid_file() and self._postmaster() is None:
            (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _launch(self, binaries: Binaries, wanted: int, listen: Sequence[str]) -> int:
        """Start it at the port `wanted`, or at one that is free, and log in once."""
        while True:
            port = wanted or free_port()
            self._write_configuration(binaries, port, listen)
            said = self.folder / "start.log"
            write_private(said, "")
            # not `-l`, whose path goes to a shell; what the server says later goes to its log
            command = [binaries.tool("pg_ctl"), "start", "-D", ".", "-s", "-w"]
            command += ["-t", str(_START_WAIT)]
            status, words = run_tool(command, cwd=self._data, timeout=_START_WAIT + 10, output=said)
            if status == 0:
                break
            reason = self._reason(words + self._last_log(), port)
            # somebody else was given the free port in between
            if wanted or not isinstance(reason, Busy):
                raise reason
        try:
            with psycopg.connect(self.admin_url(), autocommit=True) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error as problem:
            self.stop()
            raise self._reason(str(problem), port) from problem
        return port

    def _last_log(self) -> str:
        files = sorted(self.log.glob("*.log"), key=lambda path: path.stat().st_mtime)
        return files[-1].read_text("utf-8", "replace")[-4000:] if files else ""

    def _only_six(self) -> bool:
        lines = self._pid_file()
        return len(lines) > 5 and ":" in lines[5]

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


def free_port(preferred: int = PORT) -> int:
    """A port that nothing listens at: the preferred one, or any."""
    if preferred and _is_free(preferred):
        return preferred
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    """Whether a server could listen at a port, in both families: PostgreSQL is content with one."""
    families = [(socket.AF_INET, ""), (socket.AF_INET, "127.0.0.1")]
    if socket.has_ipv6:
        families.append((socket.AF_INET6, "::"))
    for family, address in families:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                if sys.platform == "win32":
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
                else:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind((address, port))
        except OSError as problem:
            # a laptop without IPv6 has nothing there that could be taken
            if problem.errno not in {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}:
                return False
    return True


def _taken(port: int) -> Busy:
    return Busy(
        f"Port {port} of this laptop is used by another program.", "Nothing is shared yet.",
        "Close that program, or share at another port.",
    )  # fmt: skip


def _is_server_of(process: psutil.Process, data: Path) -> bool:
    """Whether a process is the PostgreSQL of a data folder, in which every server stands."""
    try:
        if not process.name().lower().startswith(("postgres", "postmaster")):
            return False
        return Path(process.cwd()).resolve() == data.resolve()
    except psutil.AccessDenied:
        # it belongs to somebody else, who alone could have started it
        return True


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _wake(family: Sequence[psutil.Process]) -> None:
    """Let frozen ones go on: a stopped process hears no request to end."""
    for process in family:
        try:
            if process.status() == psutil.STATUS_STOPPED:
                process.resume()
        except psutil.Error:
            continue


def _end(family: Sequence[psutil.Process]) -> None:
    """End what is left of a server, and wait until it is gone."""
    for process in family:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                process.kill()
        except psutil.Error:
            continue
    deadline = time.monotonic() + _STOP_WAIT
    while time.monotonic() < deadline and any(_alive(process) for process in family):
        time.sleep(0.02)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
