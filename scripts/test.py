"""Sets everything up and passes the tests: `python3 scripts/test.py [pytest options …]`."""

import os
import subprocess
import sys

from bootstrap import ROOT, prepare

if __name__ == "__main__":
    python = prepare("dev.lock")
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    options = sys.argv[1:] or ["-n", str(min(4, os.cpu_count() or 1))]
    command = [str(python), "-m", "pytest", *options]
    raise SystemExit(subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode)
