"""Bringing in: a scene whose pixels lie elsewhere gets a copy of them here, and is read as any other from then on."""

import hashlib
from typing import Any

from django.conf import settings
from django.db import transaction

from annotation import storage
from annotation.deletions import hold_project
from annotation.errors import BadSettings
from annotation.ingest.assets import drop_unused, kept_if_stored, names_of, new_path, store_assets, to_geos
from annotation.ingest.staging import StagedFile
from annotation.models import Asset, Job, Scene
from annotation.models.jobs import JobKind
from annotation.quotas import check_queue, check_room
from mlcore import quarantine
from mlcore.raster.info import RasterInfo, footprint
from mlcore.raster.stacks import read_stack

_KEPT = ("statistics", "descriptions", "colours", "tags", "item")  # of what is known of a remote asset


def request_bring(scene: Scene, *, user_id: int | None = None) -> Job:
    """Write a job that brings a scene in.

    Raises:
        BadSettings: it is here already.
        OverQuota: the project has no room for it.
    """
    if not scene.asset.is_remote:
        raise BadSettings(f"{scene} is here already.")
    check_queue(scene.project, user_id)
    check_room(scene.project, scene.name, size=_bytes_of(scene))
    return Job.request(scene.project, JobKind.INGEST, user_id=user_id, bring=scene.pk)


def _bytes_of(scene: Scene) -> int:
    return sum(file.pinned.size for file in read_stack(scene.asset.file).files)


def run_bringing(job: Job) -> str:
    """Do the work of such a job; safe to run again."""
    scene = job.project.scenes.select_related("asset", "grid", "project").filter(pk=job.params["bring"]).first()
    if scene is None:
        return "The scene is gone: nothing to do."
    if not scene.asset.is_remote:
        return f"{scene} is here: nothing to do."
    check_room(scene.project, scene.name, size=_bytes_of(scene))
    asset = _brought(scene, job)
    with kept_if_stored([asset]):
        check_room(scene.project, scene.name, size=asset.size)
        _swap(scene, asset)
    return f"{scene} was brought in: {asset.size / 1e6:,.1f} MB."


def _brought(scene: Scene, job: Job) -> Asset:
    own = scene.asset
    digest = hashlib.sha256(f"{own.sha256} brought in".encode()).hexdigest()
    known = Asset.objects.filter(sha256=digest).first()
    if known is not None and storage.has(known.place):
        return known
    path = known.place if known else new_path(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    with names_of(StagedFile(scene.name, own.file, digest), copy=path):
        made = quarantine.bring(own.file, path, progress=lambda share: job.report(share, f"Bringing in {scene}"))
    storage.keep(path)
    if known is not None:
        return known
    kept: dict[str, Any] = {name: own.facts[name] for name in _KEPT if name in own.facts}
    outline = footprint(made) if isinstance(made, RasterInfo) else None
    place = str(path.relative_to(settings.DATA_DIR))
    facts = made.to_dict() | kept
    return Asset(
        sha256=digest, path=place, size=path.stat().st_size, kind=made.kind, facts=facts, footprint=to_geos(outline)
    )


@transaction.atomic
def _swap(scene: Scene, asset: Asset) -> None:
    """Let the scene be read from its copy; its numbers are the same, so nothing that a model made is forgotten."""
    hold_project(scene.project)
    own = scene.asset
    stored = store_assets([asset])[asset.sha256]
    noted = set(own.facts.get("noted", []))
    remarks = [remark for remark in scene.remarks if remark not in noted]
    Scene.objects.filter(pk=scene.pk, asset=own).update(asset=stored, remarks=remarks)
    drop_unused(own)
