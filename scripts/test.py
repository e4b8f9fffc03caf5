"""Sets everything up and passes the tests: `python3 scripts/test.py [pytest options …]`."""

import os
import subprocess
import sys

from bootstrap import ROOT, prepare

#: what xdist says of a worker that died
DIED = "node down: Not properly terminated"


def run(command: list[str], environment: dict[str, str]) -> tuple[int, bool]:
    """Runs the tests, shows what they say, and tells whether a worker's process died."""
    died = False
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, errors="replace"
    ) as tests:
        assert tests.stdout is not None
        for line in tests.stdout:
            died = died or DIED in line
            print(line, end="", flush=True)
    return tests.returncode, died


if __name__ == "__main__":
    python = prepare("dev.lock")
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    options = sys.argv[1:] or ["-n", str(min(4, os.cpu_count() or 1))]
    pytest = [str(python), "-m", "pytest"]
    code, died = run([*pytest, *options], environment)
    if code == 1 and died:
        # A process that dies takes the test with it that it was about to run, which says nothing
        # about that test. Everything that failed is asked once more, each in this one process.
        print("A worker's process died (see above). What failed is run again by itself.")
        code, _ = run([*pytest, "--last-failed", "-n", "0"], environment)
    raise SystemExit(code)
