"""Intake: from files to rows; what each becomes, and why one cannot become anything."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from annotation import storage
from annotation.errors import AnnotationError, BadUpload
from annotation.ingest.archives import check_archive, is_archive
from annotation.ingest.arrivals import Report, Sight, Wishes, look_at_scene, receive, see
from annotation.ingest.assets import find_again, kept_if_stored
from annotation.ingest.bringing import run_bringing
from annotation.ingest.catalogues import run_catalogue
from annotation.ingest.chips import add_chips
from annotation.ingest.covering import cover_scenes
from annotation.ingest.folders import chips_in, look_through, scenes_in
from annotation.ingest.own_sensors import known_sensor
from annotation.ingest.placing import size_told
from annotation.ingest.requesting import scene_of
from annotation.ingest.restating import run_restating
from annotation.ingest.results import FileResult, Status, summary
from annotation.ingest.scenes import add_scene
from annotation.ingest.shifting import run_check
from annotation.ingest.staging import StagedFile, discard, local_file
from annotation.ingest.unfolding import BENT, code_of, gather, is_bent, unfolded
from annotation.ingest.unpacking import unpack, unpack_scenes
from annotation.jobs import advance
from annotation.models import Job, Project, Sample, Scene
from annotation.models.acquisition import parse_moment
from annotation.quotas import check_room
from mlcore.errors import Busy

# What an ingest job does that names no files, by its only parameter
_OTHERS: dict[str, Callable[[Job], str]] = {
    "restate": run_restating,
    "shift": run_check,
    "catalogue": run_catalogue,
    "bring": run_bringing,
}


def run(job: Job) -> str:
    """Do the work of an ingest job and return a line about it; safe to run again after any failure.

    Raises:
        BadUpload: nothing of it could be taken in.
    """
    for word, work in _OTHERS.items():
        if word in job.params:
            return work(job)
    files = _files_of(job)
    staged = [part for file in files for part in (file.parts or (file,))]
    gone = [part.name for part in staged if not (part.path if part.mounted else storage.borrow(part.path)).is_file()]
    if gone and "outcome" in job.params:  # its worker was killed as it tidied up
        return _conclude(job.params["outcome"])
    if gone:
        raise BadUpload(f"The upload of {', '.join(gone)} is gone; send it again.")
    acquired = job.params.get("acquired")
    sensor = known_sensor(job.project, job.params.get("sensor"))
    wishes = Wishes(sensor, parse_moment(acquired) if acquired else None)
    results = []
    for number, file in enumerate(files):
        results += take_in(job.project, file, wishes, report=_part(job.report, number, len(files)))
        advance(job)
    refused = all(result.status is Status.REFUSED for result in results)
    job.remember(outcome={"summary": summary(results), "refused": refused})
    for file in files:
        discard(file)
    return _conclude(job.params["outcome"])


def _files_of(job: Job) -> list[StagedFile]:
    if "mounted" not in job.params:
        return [StagedFile.from_dict(item) for item in job.params["files"]]
    return gather([local_file(Path(path), in_place=True) for path in job.params["mounted"]])


def _conclude(outcome: dict[str, Any]) -> str:
    if outcome["refused"]:
        raise BadUpload(outcome["summary"])
    return str(outcome["summary"])


def _part(report: Report, number: int, count: int) -> Report:
    return lambda share, message: report((number + share) / count, message)


def ingest_files(
    project: Project, paths: Iterable[Path], wishes: Wishes, *, report: Callable[[str, float, str], None]
) -> Iterable[FileResult]:
    """Take in files, folders and archives of this machine now, and yield what became of each.

    Files that belong together by their names are one. `report` gets the path's name, a share 0..1 and a line for
    people.
    """
    if isinstance(wishes.sensor, str):
        wishes = replace(wishes, sensor=known_sensor(project, wishes.sensor))
    paths = list(paths)
    files = list[StagedFile]()
    for path in paths:
        try:
            if path.is_dir() and wishes.in_place:
                raise BadUpload(f"{path} is a folder: name its files, or take it in without leaving it in place.")
            if path.is_dir():
                yield from _take_in_folder(project, path, wishes, report=partial(report, path.name))
            else:
                files.append(local_file(path, in_place=wishes.in_place))
        except AnnotationError as error:
            yield FileResult(path.name, Status.REFUSED, str(error))
    for file in gather(files):
        try:
            yield from take_in(project, file, wishes, report=partial(report, file.name))
        except Busy as error:
            yield FileResult(file.name, Status.REFUSED, f"{error} Run it again when there is less to do.")


def _take_in_folder(project: Project, folder: Path, wishes: Wishes, *, report: Report) -> list[FileResult]:
    contents = look_through(folder)
    results = list[FileResult]()
    for number, file in enumerate(scenes_in(folder, contents)):
        results += take_in(project, file, wishes, report=_part(report, number, len(contents.scenes)))
    if not contents.count:
        return results
    with closing(chips_in(folder, contents)) as chips:
        return results + add_chips(project, chips, wishes, count=contents.count, report=report)


def take_in(project: Project, file: StagedFile, wishes: Wishes, *, report: Report) -> list[FileResult]:
    """Make a scene of a file, or chips of an archive; a file that cannot be taken in leaves nothing behind."""
    try:
        if code := code_of(file):
            return _take_in_container(project, file, code, wishes, report)
        if is_archive(file.path):
            return _take_in_archive(project, file, wishes, report)
        if not file.seen and is_bent(file):
            return _take_in_container(project, file, BENT, wishes, report)
        return [_take_in_scene(project, file, wishes, report)]
    except AnnotationError as error:
        return [FileResult(file.name, Status.REFUSED, str(error))]


def _take_in_archive(project: Project, file: StagedFile, wishes: Wishes, report: Report) -> list[FileResult]:
    contents = check_archive(file)
    check_room(project, file.name, size=file.path.stat().st_size, tiles=contents.count)
    results = list[FileResult]()
    with closing(unpack_scenes(file, contents)) as scenes:
        for number, scene in enumerate(scenes):
            if isinstance(scene, FileResult):
                results.append(scene)
            else:
                results += take_in(project, scene, wishes, report=_part(report, number, len(contents.scenes)))
    if not contents.count:
        return results
    with closing(unpack(file, contents)) as images:  # else the copy of the last one stays for as long as it likes
        return results + add_chips(project, images, wishes, count=contents.count, report=report)


def _take_in_container(
    project: Project, file: StagedFile, code: str, wishes: Wishes, report: Report
) -> list[FileResult]:
    """Make a scene of each raster in a container; one that cannot be one doesn't keep the others out."""
    if there := scene_of(project, file):
        return [FileResult(file.name, Status.DUPLICATE, f"already in the project as {there}: nothing to do")]

    def progress(share: float) -> None:
        report(0.4 * share, f"Unfolding {file.name}")

    with unfolded(file, code, progress=progress) as layers:
        if not layers:
            raise BadUpload(f"{file.name} holds nothing that can become imagery.")
        results = list[FileResult]()
        for layer in layers:
            try:
                results.append(_take_in_scene(project, layer, wishes, report))
            except AnnotationError as error:
                results.append(FileResult(layer.name, Status.REFUSED, str(error)))
        return results


def _take_in_scene(project: Project, file: StagedFile, wishes: Wishes, report: Report) -> FileResult:
    if there := scene_of(project, file):
        moved = find_again(there.asset, file)
        told = "found again where it lies now" if moved else "nothing to do"
        return FileResult(file.name, Status.DUPLICATE, f"already in the project as {there}: {told}")
    sight = Sight.from_dict(file.seen) if file.seen else see(file, look_at_scene(project, file), wishes)
    arrival = receive(file, sight, wishes, progress=lambda share: report(0.9 * share, f"Converting {file.name}"))
    with kept_if_stored([arrival.asset]):
        own = 0 if arrival.asset.mounted else arrival.asset.size
        check_room(project, file.name, size=own)  # converted it may take more than as it came
        report(0.9, f"Cutting {file.name} into tiles")
        scene = add_scene(project, arrival)
        cover_scenes(project)
    if scene is None:
        return FileResult(file.name, Status.DUPLICATE, "already in the project: nothing to do")
    guess = " (guessed: please confirm)" if scene.sensor_guessed else ""
    tiles = f"{scene.columns} x {scene.rows} tiles"
    left = ", read where it lies" if arrival.asset.mounted else ""
    added = f"added{left}, {tiles}, sensor {arrival.sensor.title}{guess}"
    small = [told] if (told := size_told(project, arrival.asset.info())) else []
    said = [added, *arrival.remarks, *small, *_nothing_to_label(scene)]
    return FileResult(file.name, Status.ACCEPTED, ". ".join(said))


def _nothing_to_label(scene: Scene) -> list[str]:
    """Return a sentence about a scene that fills no tile far enough; nothing about others."""
    samples = Sample.objects.touched_by(scene)
    if not samples.exists() or samples.exclude(state=Sample.State.EMPTY).exists():
        return []
    side = scene.grid.tile_px
    return [
        f"But no tile of it is filled far enough to be labelled: use tiles smaller than {side} px, or a larger file"
    ]
