"""Intake: from a request to rows. Looks at files at once, so that their sender hears of faults; works later."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from annotation.errors import AnnotationError, BadUpload, NotLookedAt
from annotation.ingest.archives import check_archive, images_in, is_archive, unpack
from annotation.ingest.arrivals import Report, Sight, Wishes, look_at_scene, receive, see
from annotation.ingest.assets import kept_if_stored, names_of
from annotation.ingest.chips import add_chips
from annotation.ingest.instruments import sensor_of
from annotation.ingest.results import FileResult, Receipt, Status, summary
from annotation.ingest.scenes import add_scene
from annotation.ingest.staging import StagedFile, Upload, discard, local_file, plain_name, stage
from annotation.jobs import advance
from annotation.models import Job, Project, Sample, Scene
from annotation.models.acquisition import parse_moment
from annotation.models.jobs import JobKind
from annotation.quotas import check_queue, check_room
from mlcore.quarantine import PROMPT
from mlcore.sensors import get_sensor

_QUICK = 50_000_000  # values; below, a file is searched for valid pixels while its sender waits


def request_ingest(
    project: Project,
    uploads: Iterable[Upload],
    *,
    sensor: str | None = None,
    acquired: date | None = None,
    user_id: int | None = None,
) -> Receipt:
    """Stage and look at uploads, and write one job for those that can become imagery; say what each will be.

    Raises:
        UnknownName: there is no sensor called `sensor`.
    """
    wishes = Wishes(sensor=_known(sensor), acquired=acquired)
    check_queue(project, user_id)
    accepted: list[StagedFile] = []
    results = []
    try:
        for upload in uploads:
            result, file = _admit(project, upload, wishes, accepted)
            results.append(result)
            accepted += [file] if file else []
        job = _write_job(project, accepted, wishes, user_id) if accepted else None
    except BaseException:
        for file in accepted:
            discard(file)
        raise
    return Receipt(job, results)


def _known(sensor: str | None) -> str | None:
    if sensor and not sensor.startswith("unknown-"):
        get_sensor(sensor)
    return sensor or None


def _admit(
    project: Project, upload: Upload, wishes: Wishes, accepted: Sequence[StagedFile]
) -> tuple[FileResult, StagedFile | None]:
    try:
        file = stage(upload)
    except BadUpload as error:
        return FileResult(plain_name(str(upload.name)), Status.REFUSED, str(error)), None
    try:
        result, file = _look(project, file, wishes)
    except BaseException:
        discard(file)
        raise
    if any(file.sha256 == other.sha256 for other in accepted):
        result = FileResult(file.name, Status.DUPLICATE, "the same file was sent twice: taken once")
    if result.status is not Status.ACCEPTED:
        discard(file)
        return result, None
    return result, file


def _look(project: Project, file: StagedFile, wishes: Wishes) -> tuple[FileResult, StagedFile]:
    """Tell what a file will become, without converting it, and keep what was seen."""
    if there := _scene_of(project, file):
        return FileResult(file.name, Status.DUPLICATE, f"already in the project as {there}: nothing to do"), file
    try:
        if is_archive(file.path):
            count = check_archive(file, allowance=PROMPT)
            check_room(project, file.name, size=file.path.stat().st_size, tiles=count)
            return FileResult(file.name, Status.ACCEPTED, f"{count:,} images to take in as chips"), file
        info = look_at_scene(project, file, allowance=PROMPT)
        if info.width * info.height * info.count <= _QUICK:
            file = replace(file, seen=see(file, info, wishes, allowance=PROMPT).to_dict())
        else:
            with names_of(file):
                sensor_of(info, wishes.sensor, name=file.name)
    except NotLookedAt:
        return FileResult(file.name, Status.ACCEPTED, "to be looked at in the background"), file
    except AnnotationError as error:
        return FileResult(file.name, Status.REFUSED, str(error)), file
    return FileResult(file.name, Status.ACCEPTED, f"{info.summary} to take in"), file


def _scene_of(project: Project, file: StagedFile) -> Scene | None:
    return project.scenes.filter(asset__sha256=file.sha256).first()


def _write_job(project: Project, files: Sequence[StagedFile], wishes: Wishes, user_id: int | None) -> Job:
    acquired = wishes.acquired.isoformat() if wishes.acquired else None
    params = {"files": [file.to_dict() for file in files], "sensor": wishes.sensor, "acquired": acquired}
    return Job.request(project, JobKind.INGEST, user_id=user_id, **params)


def run(job: Job) -> str:
    """Do the work of an ingest job and return a line about it; safe to run again after any failure.

    Raises:
        BadUpload: nothing of it could be taken in.
    """
    files = [StagedFile.from_dict(item) for item in job.params["files"]]
    gone = [file.name for file in files if not file.path.is_file()]
    if gone and "outcome" in job.params:  # its worker was killed as it tidied up
        return _conclude(job.params["outcome"])
    if gone:
        raise BadUpload(f"The upload of {', '.join(gone)} is gone; send it again.")
    acquired = job.params.get("acquired")
    wishes = Wishes(job.params.get("sensor"), parse_moment(acquired) if acquired else None)
    results = []
    for number, file in enumerate(files):
        results += take_in(job.project, file, wishes, report=_part(job.report, number, len(files)))
        advance(job)
    refused = all(result.status is Status.REFUSED for result in results)
    job.remember(outcome={"summary": summary(results), "refused": refused})
    for file in files:
        discard(file)
    return _conclude(job.params["outcome"])


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

    `report` gets the path's name, a share 0..1 and a line for people.
    """
    _known(wishes.sensor)
    for path in paths:
        told = partial(report, path.name)
        try:
            if path.is_dir():
                images = list(images_in(path))
                yield from add_chips(project, images, wishes, count=len(images), report=told)
            else:
                yield from take_in(project, local_file(path), wishes, report=told)
        except AnnotationError as error:
            yield FileResult(path.name, Status.REFUSED, str(error))


def take_in(project: Project, file: StagedFile, wishes: Wishes, *, report: Report) -> list[FileResult]:
    """Make a scene of a file, or chips of an archive; a file that cannot be taken in leaves nothing behind."""
    try:
        if is_archive(file.path):
            count = check_archive(file)
            check_room(project, file.name, size=file.path.stat().st_size, tiles=count)
            with closing(unpack(file)) as images:  # else the copy of the last one stays for as long as it likes
                return add_chips(project, images, wishes, count=count, report=report)
        return [_take_in_scene(project, file, wishes, report)]
    except AnnotationError as error:
        return [FileResult(file.name, Status.REFUSED, str(error))]


def _take_in_scene(project: Project, file: StagedFile, wishes: Wishes, report: Report) -> FileResult:
    if there := _scene_of(project, file):
        return FileResult(file.name, Status.DUPLICATE, f"already in the project as {there}: nothing to do")
    sight = Sight.from_dict(file.seen) if file.seen else see(file, look_at_scene(project, file), wishes)
    arrival = receive(file, sight, wishes, progress=lambda share: report(0.9 * share, f"Converting {file.name}"))
    with kept_if_stored([arrival.asset]):
        check_room(project, file.name, size=arrival.asset.size)  # converted it may take more than as it came
        report(0.9, f"Cutting {file.name} into tiles")
        scene = add_scene(project, arrival)
    if scene is None:
        return FileResult(file.name, Status.DUPLICATE, "already in the project: nothing to do")
    guess = " (guessed: please confirm)" if scene.sensor_guessed else ""
    tiles = f"{scene.columns} x {scene.rows} tiles"
    added = f"added, {tiles}, sensor {arrival.sensor.title}{guess}"
    return FileResult(file.name, Status.ACCEPTED, ". ".join([added, *arrival.remarks, *_nothing_to_label(scene)]))


def _nothing_to_label(scene: Scene) -> list[str]:
    """Return a sentence about a scene that fills no tile far enough; nothing about others."""
    samples = Sample.objects.touched_by(scene)
    if not samples.exists() or samples.exclude(state=Sample.State.EMPTY).exists():
        return []
    side = scene.grid.tile_px
    return [
        f"But no tile of it is filled far enough to be labelled: use tiles smaller than {side} px, or a larger file"
    ]
