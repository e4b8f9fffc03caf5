"""Sets the project up in `.venv` with nothing but Python: what both README commands share.

Only the standard library is used here, because nothing else is there yet.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"

#: What Qt needs from a Debian system before it can even be imported.
DEBIAN_LIBRARIES = (
    "libegl1", "libgl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1", "libglib2.0-0",
    "libxcb-cursor0", "libxkbcommon-x11-0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0",
)  # fmt: skip


def stop(sentence: str) -> None:
    """End with one plain sentence on stderr and exit status 1."""
    sys.stderr.write(sentence + "\n")
    raise SystemExit(1)


def venv_python() -> Path:
    """The interpreter inside `.venv`."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(*command: str | Path, quiet: bool = False) -> int:
    """Run a command in the project's root; returns its exit status."""
    out = subprocess.DEVNULL if quiet else None
    return subprocess.run([str(c) for c in command], cwd=ROOT, stdout=out, check=False).returncode


def apt_install(*packages: str) -> bool:
    """Install Debian packages where this process may; False where it may not."""
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=env)
    install = ["apt-get", "install", "-y", "-qq", *packages]
    return subprocess.run(install, check=False, env=env).returncode == 0


def make_venv() -> None:
    """Create `.venv`, with pip inside."""
    if venv_python().exists():
        return
    sys.stderr.write("Setting up: a private environment in .venv …\n")
    try:
        venv.create(VENV, with_pip=True, clear=VENV.exists())
    except (subprocess.CalledProcessError, SystemExit, ImportError):
        if not apt_install("python3-venv"):
            stop(
                "This Python has no venv module; install it (on Debian: apt install python3-venv)."
            )
        shutil.rmtree(VENV, ignore_errors=True)
        if run(sys.executable, "-m", "venv", VENV) != 0:
            stop("The private environment in .venv could not be made; see the lines above.")


def install(lock: str) -> None:
    """Install a hashed lock and the project itself, unless `.venv` already holds just that."""
    content = (ROOT / "requirements" / lock).read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    wanted = hashlib.sha256(content).hexdigest()
    stamp = VENV / f"installed-{lock}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    sys.stderr.write("Setting up: installing what the program needs (some 300 MB) …\n")
    pip = [venv_python(), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if run(*pip, "--require-hashes", "-r", f"requirements/{lock}") != 0:
        stop("Something could not be installed; check the network and run this command again.")
    if run(*pip, "--no-deps", "--no-build-isolation", "-e", ".") != 0:
        stop("The program itself could not be installed; see the lines above.")
    stamp.write_text(wanted)


def provide_qt_libraries() -> None:
    """Make sure that Qt can be imported; names what is missing where it cannot be installed."""
    probe = [venv_python(), "-c", "from PySide6 import QtWidgets"]
    found = subprocess.run([str(c) for c in probe], capture_output=True, text=True, check=False)
    if found.returncode == 0:
        return
    if apt_install(*DEBIAN_LIBRARIES) and run(*probe, quiet=True) == 0:
        return
    reason = (found.stderr.strip().splitlines() or ["no reason given"])[-1]
    stop(
        f"Qt cannot start on this machine ({reason}); on Debian or Ubuntu install: "
        + " ".join(DEBIAN_LIBRARIES)
    )


def prepare(lock: str) -> Path:
    """Everything up to the first line of the program; returns the interpreter to use."""
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever runs this may have an older one)
        stop("Facilitator needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")
    make_venv()
    install(lock)
    provide_qt_libraries()
    return venv_python()
