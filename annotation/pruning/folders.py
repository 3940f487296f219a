"""Files of a project that go: of old rounds, heads, vectors, encoders, maps of lost tiles, half-written ones."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from django.conf import settings

from annotation import storage
from annotation.arrays.vectors import folder_of
from annotation.arrays.without import rests_on
from annotation.encoders import in_use, own_file
from annotation.jobs import hold
from annotation.models import ModelVersion, Part, Project
from annotation.models.jobs import TRAINING, JobKind
from annotation.pruning.cuts import Cut, Freed
from annotation.pruning.rows import past

State = ModelVersion.State
HEADS_KEPT = 3  # of retired versions
_ROUNDS_LOOKED_AT = 2  # encoders that the newest rounds ranked by
_PART = ".part-*"


def rounds(cut: Cut) -> Freed:
    """Remove the files of rounds that don't replay any more."""
    gone = set(past(cut.project).values_list("number", flat=True))
    files = [entry.path for entry in storage.entries(folder_of(cut.project) / "rounds", "*.npz")]
    return cut.drop_files([file for file in files if int(file.stem) in gone])


def heads(cut: Cut) -> Freed:
    """Remove the heads of versions that don't count any more, and folders that no version came to name."""
    versions = cut.project.model_versions
    kept = {*versions.filter(state__in=[State.PUBLISHED, State.BUILDING, State.CANDIDATE]).values_list("pk", flat=True)}
    kept |= {*versions.filter(state=State.RETIRED).order_by("-number").values_list("pk", flat=True)[:HEADS_KEPT]}
    old = versions.exclude(pk__in=kept).filter(created_at__lt=cut.limit)
    if not cut.dry:
        old.exclude(head="").update(head="")
    needed = set(versions.values_list("number", flat=True)) - set(old.values_list("number", flat=True))
    home = folder_of(cut.project) / "models"
    places = [home / name for name in storage.folders(home) if int(name) not in needed]
    return cut.drop_files([folder for folder in places if cut.is_old(folder)])


def vectors(cut: Cut) -> Freed:
    """Remove vectors of encoders that the project neither uses nor can go back to, unless one is being built."""
    freed = Freed()
    home = folder_of(cut.project) / "vectors"
    for folder in (home / name for name in storage.folders(home)):
        with hold(cut.project.pk, f"vectors {folder.name}"):  # whoever builds them holds this too
            if not _is_needed(cut.project, folder.name) and not _is_building(cut.project) and cut.is_old(folder):
                freed += cut.drop_rows(Part.objects.filter(project=cut.project, encoder=folder.name))
                freed += cut.drop_files([folder])
    return freed


def _is_needed(project: Project, name: str) -> bool:
    needed = _needed(project)
    return rests_on(name, needed) if project.compare_modalities else name in needed


def _needed(project: Project) -> set[str]:
    """Return the digests of encoders whose vectors something rests on."""
    ranked = list(project.rounds.order_by("-number").values_list("encoder", flat=True)[:1000])
    newest = list(dict.fromkeys(ranked))[:_ROUNDS_LOOKED_AT]
    alive = project.model_versions.filter(state__in=[State.PUBLISHED, State.CANDIDATE, State.BUILDING])
    present = newest[0] if newest else ""
    return {project.encoder, *newest, *in_use(project, present), *alive.values_list("encoder", flat=True)}


def _is_building(project: Project) -> bool:
    return project.jobs.filter(kind__in=[*TRAINING, JobKind.EMBED, JobKind.SWITCH, JobKind.PART]).under_way().exists()


def encoders(cut: Cut) -> Freed:
    """Remove encoders of the project's own that nobody can choose: their candidate was discarded, or never written."""
    if _is_building(cut.project):
        return Freed()
    versions = cut.project.model_versions.exclude(state=State.DISCARDED)
    wanted = {cut.project.encoder, *versions.values_list("encoder", flat=True)}
    entries = storage.entries(own_file(cut.project, "0" * 64).parent, "*.safetensors")
    return cut.drop_files([one.path for one in entries if one.path.stem not in wanted and cut.is_past(one)])


def maps(cut: Cut) -> Freed:
    """Remove maps of rows that have no sample any more."""
    rows = set(cut.project.samples.order_by().values_list("index", flat=True).iterator())
    home = folder_of(cut.project)
    entries = chain(storage.entries(home / "live", "*/*.npy"), storage.entries(home / "vectors", "*/maps/*/*.npy"))
    gone = [one for one in entries if one.path.stem.isdigit() and int(one.path.stem) not in rows]
    return cut.drop_files([one.path for one in gone if cut.is_past(one)])


def leftovers(cut: Cut) -> Freed:
    """Remove what a killed worker left half written."""
    return cut.drop_files([path for path in _half_written(cut.project) if cut.is_old(path)])


def _half_written(project: Project) -> Iterator[Path]:
    if storage.is_shared():
        return  # whatever lies half written on a machine is swept from its cache
    home = folder_of(project)
    yield from home.rglob(_PART)
    yield from home.rglob("*.partial")
    yield from home.glob(".ground-*.npy")
    yield from (Path(settings.DATA_DIR) / "exports" / str(project.pk)).glob(".export-*")
