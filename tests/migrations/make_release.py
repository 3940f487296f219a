"""Make a small database as an earlier release wrote it, with its files and its exports, for `test_release.py`.

It runs with that release's own code, on an empty database, and writes into the folder that it is given:

    git worktree add /tmp/release b77bdd6
    createdb release
    cd /tmp/release
    DATABASE_URL=postgis://.../release DATA_DIR=/tmp/release-data PYTHONPATH=. \
        python <this file> <tests/migrations/release_0007>

Folder `release_0007` was made at commit b77bdd6, whose last migration is 0007.
"""

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
django.setup()

import numpy as np  # noqa: E402
from affine import Affine  # noqa: E402
from annotation.audits.drawing import AuditDraw  # noqa: E402
from annotation.exports import make  # noqa: E402
from annotation.ingest import Wishes, ingest_files  # noqa: E402
from annotation.labeling import Answer, submit  # noqa: E402
from annotation.models import Annotation, Job, Project, Suggestion  # noqa: E402
from annotation.models.jobs import JobKind  # noqa: E402
from annotation.models.projects import Role  # noqa: E402
from annotation.projects import add_class, merge_class, retire_class  # noqa: E402
from annotation.promises.acceptance import accept, write  # noqa: E402
from annotation.promises.taking_back import take_back  # noqa: E402
from annotation.review import decide  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from tests import pools, promised  # noqa: E402
from tests.factories import join, make_acceptance, make_audit, make_project  # noqa: E402
from tests.processes import environment  # noqa: E402
from tests.uploads import write_chip  # noqa: E402

FORMATS = ("geojson", "coco", "masks")
Verdict = Annotation.Verdict


def main(folder: Path) -> None:
    """Fill the database and write its dump, its files and its exports."""
    call_command("migrate", verbosity=0)
    people = [get_user_model().objects.create_user(name) for name in ("alice", "bob", "carol")]
    with tempfile.TemporaryDirectory() as imagery:
        projects = [fill(Path(imagery), *people) for fill in (lakes, shores, coast, pictures)]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    export(projects, folder / "exports")
    keep_files(projects, folder / "data")
    dump(folder / "database.sql.gz")


def lakes(imagery, alice, bob, carol) -> Project:
    """Classes on a map: every verdict, three people, two versions, reviews, a merged and a retired class."""
    project = pools.covered_project(alice, imagery, name="Lakes")
    cast(project, bob, carol)
    samples = pools.one_of_each(project)
    pools.run_jobs(project)
    AuditDraw.objects.filter(sample__project=project).delete()
    for sample in samples[:6]:
        make_audit(sample, probability=0.2)
    for sample in samples[:21]:
        pools.answer_truly(sample, bob)
    talk(samples, alice, bob, carol)
    publish(project)
    decide_some(project, carol)
    for name in ("Meadow", "Road"):
        add_class(project, name=name)
    for sample, code in zip(samples[33:36], (4, 4, 5), strict=True):
        submit(sample, alice, Answer(label=code, seconds=3.5, force=True))
    merge_class(project, 4, into=2)
    retire_class(project, 5)
    publish(project)
    with transaction.atomic():
        accept_all(project, carol, least=0.97)
    return project


def talk(samples, alice, bob, carol) -> None:
    """Skip, be unsure, take back, contradict each other, and say it again."""
    submit(samples[24], bob, Answer(verdict=Verdict.SKIP, reason="Clouds, \u201cthick\u201d ones"))
    submit(samples[25], bob, Answer(verdict=Verdict.UNSURE, reason="Water or shade?"))
    for answer in (Answer(label=1), Answer(verdict=Verdict.RETRACT)):
        submit(samples[26], bob, answer)
    for answer in (Answer(label=1), Answer(label=2), Answer(verdict=Verdict.RETRACT), Answer(label=3, seconds=9)):
        submit(samples[27], bob, answer)
    submit(samples[27], carol, Answer(label=2, force=True))
    submit(samples[28], alice, Answer(label=2, provenance="simulated"))
    submit(samples[29], alice, Answer(label=3, provenance="imported"))
    drawn = make_audit(samples[30], probability=0.3)
    drawn.opinions = 2
    drawn.save()
    for person, code in ((bob, 1), (carol, 2)):
        submit(samples[30], person, Answer(label=code))


def shores(imagery, alice, bob, carol) -> Project:
    """Masks on a map: an island and a hole, two versions, forecasts, reviews, a merged class, an acceptance."""
    project = pools.covered_project(alice, imagery, name="Shores", task="segmentation", audit_share=0)
    cast(project, bob, carol)
    pools.run_jobs(project)
    samples = pools.one_of_each(project)
    for sample in samples[:3]:
        make_audit(sample, probability=0.25)
    for sample in samples[:12]:
        pools.answer_truly(sample, bob)
    for place, sample in enumerate(samples[12:15]):
        pools.paint(sample, alice, ring(place))
    publish(project)
    decide_some(project, carol)
    corrected = Suggestion.objects.filter(model_version__project=project, state="open").last()
    pools.paint(corrected.sample, bob, ring(7))
    Suggestion.objects.filter(pk=corrected.pk).update(state=Suggestion.State.CORRECTED)
    submit(samples[12], bob, Answer(verdict=Verdict.UNSURE, reason="Which?", force=True))
    add_class(project, name="Reed")
    add_class(project, name="Foam")
    east = np.kron([[2, 3]], np.ones((pools.SIDE, pools.SIDE // 2)))  # as much of one as of the other
    masks = (recoded(3, 4), recoded(2, 4), recoded(1, 5), east)  # of the merged class little, and most
    for sample, mask in zip(samples[14:18], masks, strict=True):
        pools.paint(sample, alice, mask.astype(np.uint8))
    merge_class(project, 4, into=1)
    retire_class(project, 5)
    publish(project)
    accept_all(project, carol, most=5)
    return project


def ring(place: int) -> np.ndarray:
    """Return a mask [32, 32] with a hole, an island in it, and a strip that nobody painted."""
    mask = np.full((pools.SIDE, pools.SIDE), 2, np.uint8)
    mask[6:20, 6 : 22 + place] = 1
    mask[10:14, 10:16] = 3
    mask[-4:] = 0
    return mask


def recoded(old: int, new: int) -> np.ndarray:
    """Return a ring with another class for one of its own."""
    return np.where(ring(2) == old, new, ring(2))


def coast(imagery, alice, bob, carol) -> Project:
    """Classes in image coordinates, many accepted by a promise, some of them taken back."""
    project = make_project(alice, name="Coast")
    cast(project, bob, carol)
    promised.promise(project, bound=0.1)
    promised.publish(project, bob, audits=40, waiting=30, errors=0.1)
    acceptance = accept(project, carol, promised.seen(project))
    with transaction.atomic():
        take_back(acceptance, annotations=list(acceptance.annotations.values_list("pk", flat=True)[:3]))
    return project


def pictures(imagery, alice, bob, carol) -> Project:
    """Classes of ready-made chips without a place."""
    project = make_project(alice, name="Pictures", tile_px=16)
    cast(project, bob, carol)
    folder = imagery / "chips"
    folder.mkdir()
    for seed, name in enumerate(("w9", "w10", "r1")):
        write_chip(folder / f"{name}.png", seed, crs=None, transform=Affine.identity(), driver="PNG")
    list(ingest_files(project, [folder], Wishes(acquired=date(2024, 6, 1)), report=lambda *_: None))
    for code, sample in enumerate(project.samples.all()[:2], start=1):
        submit(sample, bob, Answer(label=code, seconds=1.25))
    return project


def cast(project: Project, bob, carol) -> None:
    """Let people in."""
    join(project, bob, Role.ANNOTATOR)
    join(project, carol, Role.REVIEWER)


def publish(project: Project) -> None:
    """Refit, then publish, as workers do."""
    for kind in (JobKind.REFIT, JobKind.PUBLISH):
        Job.request(project, kind)
        for job in pools.run_jobs(project, kind):
            assert job.state == Job.State.DONE, job.error


def decide_some(project: Project, carol) -> None:
    """Accept, correct and reject some of what is suggested; masks are corrected by painting."""
    waiting = list(Suggestion.objects.filter(model_version__project=project, state="open").values_list("pk", flat=True))
    assert decide(carol, waiting[:3], "accept").changed == 3
    assert decide(carol, waiting[3:4], "reject").changed == 1
    if project.task == "classification":
        right = project.classes.get(code=3)
        assert decide(carol, waiting[4:6], "correct", right).changed == 2


def accept_all(project: Project, carol, *, least: float = 0.0, most: int | None = None) -> None:
    """Accept what is suggested by a promise, whatever the audits say: few are enough for this database."""
    version = project.model_versions.get(state="published")
    acceptance = make_acceptance(version, carol)
    sure = version.suggestions.undecided().order_by("-confidence").values_list("confidence", flat=True)
    acceptance.threshold = sure[most - 1] if most else least
    acceptance.accepted = write(acceptance)
    acceptance.save()
    assert acceptance.accepted


def export(projects, folder: Path) -> None:
    """Write each project in each format; chips with their pictures, too."""
    for project in projects:
        for name in FORMATS:
            make(project, name, folder / f"{project.name.lower()}-{name}.zip", images_too=project.name == "Pictures")


def keep_files(projects, folder: Path) -> None:
    """Copy the masks, and the pixels of which exports show pictures."""
    data = Path(settings.DATA_DIR)
    shutil.copytree(data / "masks", folder / "masks", copy_function=shutil.copyfile)
    for scene in projects[-1].scenes.all():
        (folder / scene.asset.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(scene.asset.file, folder / scene.asset.path)


def dump(path: Path) -> None:
    """Write the database as plain SQL, as INSERTs and without psql's own commands, so that any client can load it."""
    url = environment()["DATABASE_URL"].replace("postgis:", "postgresql:")
    options = ["--inserts", "--rows-per-insert=500", "--no-owner", "--no-privileges", "--no-comments"]
    text = subprocess.run(["pg_dump", *options, url], check=True, capture_output=True, text=True).stdout
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("\\")]
    path.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
