"""The far side of a load test: a database with a large project and its people, made by the code of one checkout.

python tests/benchmarks/crowd/furnishing.py FIRST_ID TILES PEOPLE, in the folder of the checkout. It prints one line of
JSON, then obeys lines: `round` lands a round as a worker does, `statements` counts those of one label, `backends` tells
which processes of the database serve this side.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
import numpy as np

BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def people_of(project: Any, count: int) -> list[str]:
    """Let so many annotators join and log in; return their cookies."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from annotation.models import Member
    from tests.benchmarks.labelling import CSRF

    names = [f"person{number}" for number in range(count)]
    User.objects.bulk_create(User(username=name, password="!") for name in names)  # a hash for each takes minutes
    users = list(User.objects.filter(username__in=names))
    Member.objects.bulk_create(Member(project=project, user=user, role="annotator") for user in users)
    cookies = []
    for user in users:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}")
    return cookies


def paint(folder: Path, tiles: int) -> Path:
    """Write imagery for so many tiles of 32 px, a pattern again and again."""
    from tests.rasters import ramp, write_raster

    times = -(-int(np.ceil(np.sqrt(tiles))) * 32 // 256)
    values = np.tile(ramp(3, 256, 256), (1, times, times))
    options = {"tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate"}
    return write_raster(folder / "large.tif", values, **options)


def show(project: Any, path: Path) -> None:
    """Let the project's scene, whatever its size, lie in this file."""
    from django.conf import settings

    scene = project.scenes.select_related("asset").get()
    target = Path(settings.DATA_DIR) / scene.asset.path
    path.replace(target)


def main() -> None:
    """Furnish, then obey until there are no more lines."""
    django.setup()
    from django.db import connection

    from tests.benchmarks.labelling import Person, counted, furnish
    from tests.processes import environment

    first_id, tiles, people = map(int, sys.argv[1:4])
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            project = furnish(Path(folder), tiles=tiles, first_id=first_id)
            show(project, paint(Path(folder), tiles))
        project.refit_every = 25
        project.save()
        told = {"database": environment()["DATABASE_URL"], "project": project.pk, "cookies": people_of(project, people)}
        print(json.dumps(told), flush=True)
        bob = Person(project)
        for line in map(str.strip, sys.stdin):
            answer: Any = None
            if line == "round":
                bob.labels += 1  # another seed
                bob.land_round()
            elif line == "statements":
                bob.labels += 1  # without a round of its own
                with counted() as number:
                    bob.label()
                answer = number[0]
            else:
                with connection.cursor() as cursor:
                    cursor.execute(BACKENDS)
                    answer = [pid for (pid,) in cursor.fetchall()]
            print(json.dumps(answer), flush=True)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
