"""python -m tests.chaos [--kills 1000] [--minutes 90]: attack a site of its own and tell what came of it."""

import argparse
import shutil
import socket
import sys
import tempfile
from pathlib import Path

from tests.chaos.attack import Plan, attack

MOST_AWAY_SECONDS = 10.0


def main() -> int:
    """Attack a site in a folder of its own; the folder stays where something went wrong."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=1000)
    words.add_argument("--people", type=int, default=6)
    words.add_argument("--tiles", type=int, default=16_000, help="so many that they last")
    words.add_argument("--think", type=float, default=1.0, help="seconds of a person before an answer")
    words.add_argument("--minutes", type=float, default=24 * 60.0, help="after which no more is killed")
    words.add_argument("--seed", type=int, default=0)
    asked = words.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="chaos-", dir="/tmp"))
    folder.chmod(0o755)  # the system user postgres walks through it
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    report = attack(folder, port, Plan(**vars(asked)))
    print("\n".join(report.lines()))
    away = max((seconds for _, seconds in report.kills), default=0.0)
    faults = (report.lost, report.doubled, report.broken, report.jobs, report.stuck, report.left)
    bad = any(faults) or away > MOST_AWAY_SECONDS
    if bad:
        print(f"The bars are not met; logs are in {folder}")
    else:
        shutil.rmtree(folder)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
