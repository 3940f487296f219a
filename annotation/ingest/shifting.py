"""Shifting: a scene is compared with another one by a job, and its owner lets it be read where it seems to lie."""

from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import F, Q, QuerySet

from annotation.deletions import hold_project
from annotation.errors import BadSettings
from annotation.ingest.scenes import forget
from annotation.models import Job, Sample, Scene
from annotation.models.jobs import JobKind
from mlcore.raster.grid import GridSpec
from mlcore.raster.info import RasterInfo
from mlcore.raster.lining import Lining, line_up
from mlcore.raster.lonlat import transformer

_FARTHEST = 0.5  # of a tile: beyond, a scene would show other tiles than those it is known to show


def request_check(scene: Scene, reference: Scene) -> Job:
    """Let a job measure how far a scene lies beside a reference.

    Raises:
        BadSettings: they cannot be compared.
    """
    if scene.pk == reference.pk:
        raise BadSettings("A scene lies on itself: choose another one to compare it with.")
    for each in (scene, reference):
        if not comparable(each):
            raise BadSettings(f"{each} is no picture of the ground on the map, so that it cannot be compared.")
    if scene.asset.kind == "points":
        raise BadSettings(f"{scene} is a point cloud, which stays: compare the picture with it instead.")
    if not others(scene).filter(pk=reference.pk).exists():
        raise BadSettings(f"{scene} and {reference} show no common tile.")
    told = {"scene": scene.pk, "reference": reference.pk}
    return waiting_check(scene) or Job.request(scene.project, JobKind.INGEST, shift=told)


def comparable(scene: Scene) -> bool:
    """Return whether a scene shows ground at a place."""
    return not scene.asset.is_record and not scene.grid.ready_made and bool(scene.grid.crs)


def others(scene: Scene) -> QuerySet[Scene]:
    """Return the scenes that show tiles of a scene, oldest first."""
    beside = scene.grid.scenes.shown().filter(
        first_column__lt=scene.first_column + scene.columns,
        first_column__gt=scene.first_column - F("columns"),
        first_row__lt=scene.first_row + scene.rows,
        first_row__gt=scene.first_row - F("rows"),
    )
    return beside.exclude(pk=scene.pk).order_by("acquired", "pk")


def waiting_check(scene: Scene) -> Job | None:
    """Return the job that compares a scene just now, or will."""
    under_way = [Job.State.QUEUED, Job.State.RUNNING]
    return Job.objects.filter(project=scene.project, state__in=under_way, params__shift__scene=scene.pk).first()


def run_check(job: Job) -> str:
    """Do the work of such a job; safe to run again.

    Raises:
        BadSettings: a scene is gone.
    """
    told = job.params["shift"]
    scenes = job.project.scenes.select_related("asset", "grid", "project").in_bulk([told["scene"], told["reference"]])
    if len(scenes) != 2:
        raise BadSettings("One of the two scenes was removed.")
    scene, reference = scenes[told["scene"]], scenes[told["reference"]]
    job.report(0.1, f"Comparing {scene} with {reference}")
    # from where its own file says it lies: what is accepted takes the place of what was accepted before
    lining = line_up(scene.asset.file, scene.get_sensor(), reference.file, reference.get_sensor())
    check = {**lining.to_dict(), "reference": reference.pk, **_shown(scene, reference, lining)}
    Scene.objects.filter(pk=scene.pk).update(shift_check=check)
    return words(scene.name, reference.name, check)


def words(name: str, reference: str, check: dict[str, Any]) -> str:
    """Return in a sentence what a comparison says."""
    if check["refusal"]:
        return f"Nobody can tell how {name} lies on {reference}: {check['refusal']}"
    return (
        f"{name} lies {abs(check['across_px']):.2f} px too far to the {'left' if check['across_px'] > 0 else 'right'} "
        f"and {abs(check['down_px']):.2f} px too far {'up' if check['down_px'] > 0 else 'down'} of {reference} "
        f"({check['metres']:.1f} m), by {check['windows']} windows that differ by {check['spread_px']:.2f} px."
    )


def _shown(scene: Scene, reference: Scene, lining: Lining) -> dict[str, Any]:
    """Return where the two can be seen beside each other: a sample of each, and the shift in the lattice's pixels."""
    focus = lining.offset.focus
    if focus is None:
        return {"samples": None, "lattice_px": None}
    here = Sample.objects.filter(project=scene.project, tile__outline__intersects=Point(*focus, srid=4326))
    samples = [_sample_of(here, each) for each in (scene, reference)]
    return {
        "samples": samples if all(samples) else None,
        "lattice_px": _on_lattice(
            scene.grid.spec(), scene.asset.info(), (lining.offset.across_px, lining.offset.down_px)
        ),
    }


def _sample_of(samples: QuerySet[Sample], scene: Scene) -> int | None:
    epochs = list(scene.epochs.values_list("pk", flat=True))
    about = samples.filter(Q(epoch=None) | Q(epoch__in=epochs) | Q(later_epoch__in=epochs))
    return about.order_by("pk").values_list("pk", flat=True).first()


def _on_lattice(grid: GridSpec, info: RasterInfo, shift: tuple[float, float]) -> list[float]:
    """Return a shift of a raster's pixels in those of a lattice, at the raster's centre."""
    middle = info.width / 2, info.height / 2
    ends = [info.affine @ middle, info.affine @ (middle[0] + shift[0], middle[1] + shift[1])]
    change = transformer(str(info.crs), str(grid.crs))
    (x, y), (column, row) = (~grid.affine @ change.transform(*end) for end in ends)
    return [round(column - x, 3), round(row - y, 3)]


@transaction.atomic
def accept_shift(scene: Scene) -> Scene:
    """Read a scene from now on where its last comparison says that it lies.

    Raises:
        BadSettings: there is none that tells, or it lies too far off.
    """
    check = scene.shift_check
    if not check or check["refusal"]:
        raise BadSettings(f"Nothing is known of how {scene} lies: compare it with another scene first.")
    if check["lattice_px"] and max(map(abs, check["lattice_px"])) > _FARTHEST * scene.grid.tile_px:
        raise BadSettings(
            f"{scene} lies more than half a tile off: state its place instead (Place…), so that its tiles are cut anew."
        )
    return _move(scene, [check["across_px"], check["down_px"]])


@transaction.atomic
def drop_shift(scene: Scene) -> Scene:
    """Read a scene where its file says that it lies."""
    return _move(scene, None)


def _move(scene: Scene, shift: list[float] | None) -> Scene:
    hold_project(scene.project)
    if scene.shift == shift:
        return scene
    scene.shift, scene.covered = shift, False
    scene.save(update_fields=["shift", "covered"])
    forget(scene.project, list(Sample.objects.touched_by(scene).values_list("index", flat=True)))
    Job.request(scene.project, JobKind.EMBED)
    return scene
