"""Sets everything up and starts Facilitator: `python3 scripts/start.py [EVENT or command …]`."""

import subprocess
import sys

from bootstrap import prepare

if __name__ == "__main__":
    python = prepare("run.lock")
    raise SystemExit(subprocess.call([str(python), "-m", "ui", *sys.argv[1:]]))
