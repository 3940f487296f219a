"""How long one label takes a person, claim and answer, in a large project; beside another checkout's code on request.

`python -m tests.benchmarks.labelling [--tiles N] [--labels N] [--beside FOLDER]`. Each side is a process with a
database of its own. They label in turn, one label each, so that whatever else the machine does slows both alike.
With `--own N` so many tiles are assigned to whoever labels, with `--kept N` so many before those to somebody else, on
this side alone.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

HELD = 5
RANKED = 500
A_ROUND = 25  # labels between two rounds
WARM_UP = 5
HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
CSRF = "c" * 32
FIGURES = ("claim", "submit", "label", "cpu", "statements")
_TILES = """
    INSERT INTO annotation_tile (grid_id, "column", row, valid_fraction{columns})
    SELECT %s, n %% %s, n / %s, 1{values} FROM generate_series(0, %s - 1) AS n ON CONFLICT DO NOTHING
"""
_SAMPLES = """
    INSERT INTO annotation_sample (project_id, tile_id, index, state)
    SELECT %s, t.id, (SELECT max(index) FROM annotation_sample) + row_number() OVER (ORDER BY t.id), 'open'
    FROM annotation_tile t WHERE NOT EXISTS (SELECT FROM annotation_sample s WHERE s.tile_id = t.id)
"""


def furnish(folder: Path, *, tiles: int, first_id: int = 1) -> Any:
    """Return a project with so many tiles under one scene, and an annotator, bob."""
    from django.db import connection

    from annotation.models import Project, Scene, Tile
    from tests import factories

    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('annotation_project_id_seq', %s)", [first_id])
    project = factories.make_project(factories.make_user("alice"))
    factories.join(project, factories.make_user("bob"), "annotator")
    scene, side = factories.make_scene(project, folder), int(np.ceil(np.sqrt(tiles)))
    Scene.objects.filter(pk=scene.pk).update(columns=side, rows=side)
    Project.objects.filter(pk=project.pk).update(refit_every=2 * A_ROUND)  # no worker runs here
    named = any(field.name == "name" for field in Tile._meta.concrete_fields)  # a release before has no such column
    sql = _TILES.format(columns=", name" if named else "", values=", ''" if named else "")
    with connection.cursor() as cursor:
        cursor.execute(sql, [scene.grid_id, side, side, tiles])
        cursor.execute(_SAMPLES, [project.pk])
        cursor.execute("ANALYZE")
    return project


def assign_some(project: Any, name: str, first: int, tiles: int) -> None:
    """Assign so many tiles of the grid to a member, from the first on."""
    from annotation.assigning import MOST_TILES
    from annotation.models import Assignment, Sample

    member = project.members.get(user__username=name)
    for start in range(first, first + tiles, MOST_TILES):
        said = {"kind": "area", "about": "an area", "given_by": member.user, "given_at": project.created_at}
        made = Assignment.objects.create(project=project, member=member, **said)
        some = range(start, min(start + MOST_TILES, first + tiles))
        Sample.objects.filter(project=project, index__in=some).update(assignment=made)


class Person:
    """Somebody who labels through the web application, in this process."""

    def __init__(self, project: Any, name: str = "bob") -> None:
        """Log in."""
        from django.conf import settings
        from django.contrib.auth.models import User
        from django.test import Client

        client = Client()
        client.force_login(User.objects.get(username=name))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        self.root, self.project, self.labels = f"/api/projects/{project.pk}", project, 0
        self.application = import_module("webapp.wsgi").application
        self.queue: list[int] = []

    def label(self) -> dict[str, float]:
        """Claim and answer one tile; return milliseconds of each, of both and of the processor, and the statements."""
        if self.labels % A_ROUND == 0:
            self.land_round()
        self.labels += 1
        showing, *holding = self.queue or [None]
        with counted() as statements:
            begun, cpu = time.perf_counter(), time.process_time()
            claim = self.post("claim", {"count": HELD, "showing": showing, "holding": holding})
            claimed = time.perf_counter()
            self.queue = [*([showing] if showing else []), *(item["sample"] for item in claim["queue"])]
            said = self.post("annotations", {"sample": self.queue[0], "label": 1, "seconds": 1.5})
            ended, cpu = time.perf_counter(), time.process_time() - cpu
        if said["sample"] != self.queue.pop(0) or len(self.queue) < HELD - 1:
            raise RuntimeError(f"This is no label: {said} with {self.queue} held.")
        values = (claimed - begun, ended - claimed, ended - begun, cpu)
        return {**dict(zip(FIGURES, (1000 * value for value in values), strict=False)), "statements": statements[0]}

    def post(self, path: str, sent: dict[str, Any]) -> Any:
        """Send a request and return what is answered."""
        data, told = json.dumps(sent).encode(), list[str]()
        environ = {
            "REQUEST_METHOD": "POST", "PATH_INFO": f"{self.root}/{path}/", "SERVER_NAME": "localhost",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
            "HTTP_HOST": "localhost", "HTTP_COOKIE": self.cookies, "HTTP_X_CSRFTOKEN": CSRF,
            "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(data)), "wsgi.input": BytesIO(data),
            "wsgi.errors": sys.stderr,
        }  # fmt: skip
        with closing(self.application(environ, lambda status, headers: told.append(status))) as parts:
            body = b"".join(parts)
        if not told[0].startswith("2"):
            raise RuntimeError(f"{path}: {told[0]}: {body[:500]!r}")
        return json.loads(body)

    def land_round(self) -> None:
        """Rank open tiles anew, as a worker does; what it remembers of its vectors is as long as a real one's."""
        from tests.pools import rank

        rng = np.random.default_rng(self.labels)
        some = rng.permutation(list(self.project.samples.filter(state="open").order_by("index")[: 20 * RANKED]))
        rank(self.project, some[:RANKED], classes=3, inputs={"vectors": rng.normal(size=20_000).tolist()})


@contextmanager
def counted() -> Iterator[list[int]]:
    """Count the statements."""
    from django.db import connection

    number = [0]

    def count(execute: Callable[..., Any], *args: Any) -> Any:
        number[0] += 1
        return execute(*args)

    with connection.execute_wrapper(count):
        yield number


def serve(tiles: int, first_id: int, *, own: int, kept: int) -> None:
    """Label once for each line that comes in, and write how long it took."""
    import django

    django.setup()
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            project = furnish(Path(folder), tiles=tiles, first_id=first_id)
            for name, first, number in (("alice", 0, kept), ("bob", kept, own)):
                assign_some(project, name, first, number) if number else None
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
            person = Person(project)
        print("ready", flush=True)
        for _ in sys.stdin:
            print(json.dumps(person.label()), flush=True)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


class Side:
    """The code of one checkout, at work in a process and a database of its own."""

    def __init__(self, checkout: Path, folder: Path, *options: str, tiles: int, first_id: int) -> None:
        """Start it."""
        settings = {
            "DEBUG": "false", "SECRET_KEY": "b" * 50, "HTTPS": "false", "DEMO_PASSWORD": "", "LOG_LEVEL": "ERROR",
            "DATA_DIR": str(folder), "PYTHONPATH": str(checkout), "DJANGO_SETTINGS_MODULE": "webapp.settings",
            "TEST_DATABASE_NAME": f"bench_{os.getpid()}_{first_id}",
        }  # fmt: skip
        command = [sys.executable, str(HERE), "--tiles", str(tiles), "--serve", str(first_id), *options]
        self.process = subprocess.Popen(  # noqa: S603 (this very file)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **settings},
            cwd=checkout,
        )

    def ask(self, line: str = "label") -> str:
        """Let it label, or wait until it can."""
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("The process has no pipes.")
        if line:
            print(line, file=stdin, flush=True)
        if not (said := stdout.readline()):
            raise RuntimeError(f"{self.process.args} ended: {self.process.wait()}.")
        return said

    def end(self) -> None:
        """Let it drop its database."""
        self.process.communicate()


def compare(checkouts: list[Path], *options: str, tiles: int, labels: int) -> list[dict[str, list[float]]]:
    """Return the figures of each label of each side, which take turns."""
    with tempfile.TemporaryDirectory() as folder:
        sides = [
            Side(path, Path(folder), *(() if at else options), tiles=tiles, first_id=100 * (at + 1))
            for at, path in enumerate(checkouts)
        ]
        try:
            for side in sides:
                side.ask("")
            rows: list[list[dict[str, float]]] = [[] for _ in sides]
            for number in range(labels + WARM_UP):
                turn = number % len(sides)  # nobody is always first
                for at in [*range(turn, len(sides)), *range(turn)]:
                    rows[at].append(json.loads(sides[at].ask()))
        finally:
            for side in sides:
                side.end()
    return [{name: [row[name] for row in kept[WARM_UP:]] for name in FIGURES} for kept in rows]


def tell(names: list[str], figures: list[dict[str, list[float]]]) -> Iterator[str]:
    """Write what came out."""
    for name, figure in zip(names, figures, strict=True):
        for what in FIGURES:
            p50, p95 = np.quantile(figure[what], [0.5, 0.95])
            yield f"{name:>8} {what:>10}: p50 {p50:7.1f}, p95 {p95:7.1f}{'' if what == 'statements' else ' ms'}"
    for what in FIGURES if len(figures) > 1 else ():
        ratio = np.median(np.divide(figures[0][what], figures[1][what]))
        yield f"{names[0]} / {names[1]}, {what}: {ratio:.2f}"


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiles", type=int, default=100_000)
    parser.add_argument("--labels", type=int, default=200)
    parser.add_argument("--beside", type=Path, help="another checkout, whose code is measured in turn with this one's")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--own", type=int, default=0, help="tiles that are assigned to whoever labels")
    parser.add_argument("--kept", type=int, default=0, help="tiles that are assigned to somebody else")
    asked = parser.parse_args()
    if asked.serve:
        return serve(asked.tiles, asked.serve, own=asked.own, kept=asked.kept)
    checkouts = [ROOT, *([asked.beside.resolve()] if asked.beside else [])]
    options = [f"--own={asked.own}", f"--kept={asked.kept}"]
    figures = compare(checkouts, *options, tiles=asked.tiles, labels=asked.labels)
    print("\n".join(tell(["this", "beside"][: len(checkouts)], figures)))


if __name__ == "__main__":
    main()
