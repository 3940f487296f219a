"""Pruned files: heads, vectors, encoders and maps that nothing reads go, what may be in use stays."""

import numpy as np

from annotation.arrays.vectors import Vectors, folder_of
from annotation.encoders import own_file
from annotation.models import (
    Job,
    ModelVersion,
    Project,
    Sample,
)
from annotation.models.jobs import JobKind
from tests.pools import rank
from tests.pruned import State, grow_old, pruned, version_of


def test_heads_that_nothing_loads_go(project: Project) -> None:
    made = [version_of(project, State.DISCARDED), *(version_of(project) for _ in range(5))]
    made += [version_of(project, state) for state in (State.PUBLISHED, State.CANDIDATE, State.BUILDING)]
    young, orphan = version_of(project, State.DISCARDED, days=0), folder_of(project) / "models" / "77"
    orphan.mkdir()
    assert pruned(project)["heads of versions before"].files == 3
    assert [bool(ModelVersion.objects.get(pk=version.pk).head) for version in made] == [False] * 3 + [True] * 6
    assert young.head_file.is_file()
    assert orphan.is_dir()  # a version that is being written
    grow_old(orphan)
    pruned(project)
    assert not orphan.exists()


def test_vectors_of_encoders_that_are_in_use_stay(project: Project, samples: list[Sample]) -> None:
    before, now, candidate, old = (letter * 64 for letter in "bdca")
    for encoder in (old, before, now):
        rank(project, samples, encoder=encoder)
    version_of(project, State.RETIRED, encoder=before)
    version_of(project, State.PUBLISHED, encoder=now)
    version_of(project, State.CANDIDATE, encoder=candidate)
    rows = np.ones((2, 4), np.float32)
    for encoder in (old, before, now, candidate):
        Vectors(project, encoder).write([0, 1], rows)
    assert pruned(project) == {}  # all young
    grow_old(*(Vectors(project, encoder).folder for encoder in (old, before, now, candidate)))
    job = Job.request(project, JobKind.SWITCH)
    assert pruned(project) == {}  # it may be about to use them
    job.cancel()
    assert pruned(project)["replaced vectors"].files == 3
    there = {folder.name for folder in Vectors(project, now).folder.parent.iterdir()}
    assert there == {before, now, candidate}


def test_encoders_that_can_be_chosen_stay(project: Project) -> None:
    chosen, retired, discarded, unwritten = (letter * 64 for letter in "abcd")
    Project.objects.filter(pk=project.pk).update(encoder=chosen)
    project.refresh_from_db()
    version_of(project, State.RETIRED, encoder=retired)
    version_of(project, State.DISCARDED, encoder=discarded)
    own_file(project, chosen).parent.mkdir(parents=True)
    files = {digest: own_file(project, digest) for digest in (chosen, retired, discarded, unwritten)}
    for file in files.values():
        file.write_bytes(b"e")
        grow_old(file)
    pruned(project)
    assert {digest for digest, file in files.items() if file.is_file()} == {chosen, retired}


def test_maps_of_tiles_that_are_gone_and_half_written_files_go(project: Project, samples: list[Sample]) -> None:
    home = folder_of(project)
    gone = [home / "live" / "0" / "55.npy", home / "fits" / ".part-x" / "probabilities.npy", home / ".ground-7.npy"]
    kept = [home / "live" / "0" / "5.npy", home / "fits" / "3" / "probabilities.npy", home / "ground.npy"]
    for file in gone + kept:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"m")
    assert pruned(project) == {}
    grow_old(home)
    pruned(project)
    assert [file.exists() for file in gone + kept] == [False] * 3 + [True] * 3
