"""python -m tests.mutants [--files 10000] [--minutes 60] [--only REGEX]: try damaged files in a database of its own."""

import argparse
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

import django


def main() -> int:
    """Try, and tell; files that do harm stay in a folder."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--files", type=int, default=10_000)
    words.add_argument("--minutes", type=float, default=24 * 60.0)
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--only", default="", help="files whose names a regular expression matches")
    asked = words.parse_args()
    data, kept = tempfile.TemporaryDirectory(), Path(tempfile.mkdtemp(prefix="mutants-"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "webapp.settings", "DATA_DIR": data.name, "DEBUG": "false", "SECRET_KEY": "b" * 50,
        "HTTPS": "false", "LOG_LEVEL": "CRITICAL", "TEST_DATABASE_NAME": f"mutants_{os.getpid()}",
        "PROJECT_JOBS": "0", "PERSON_JOBS": "0",
    }  # fmt: skip
    django.setup()
    logging.getLogger("django").setLevel(logging.CRITICAL)
    from django.db import connection

    from tests.factories import make_user
    from tests.mutants.trial import MOST_MEGABYTES, Trial, megabytes

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            trial = Trial(make_user("alice"), Path(folder), seed=asked.seed, only=asked.only)
            verdict = trial.run(asked.files, until=time.monotonic() + 60 * asked.minutes, keep=kept)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        data.cleanup()
    print("\n".join(verdict.lines()))
    bad = verdict.broke or verdict.slow or verdict.unhandled or megabytes() > MOST_MEGABYTES
    print(f"The bars are not met; the files are in {kept}" if bad else "The bars are met.")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
