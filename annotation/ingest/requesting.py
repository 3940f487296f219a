"""Requesting: files that somebody sends are looked at while they wait, and a job is written for the good ones."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from annotation import mounts, storage
from annotation.errors import AnnotationError, BadUpload, NotFound, NotLookedAt
from annotation.ingest.archives import check_archive, is_archive
from annotation.ingest.arrivals import Wishes, look_at_scene, see
from annotation.ingest.assets import names_of
from annotation.ingest.instruments import sensor_of
from annotation.ingest.own_sensors import known_sensor
from annotation.ingest.placing import size_told
from annotation.ingest.results import FileResult, Receipt, Status
from annotation.ingest.staging import StagedFile, Upload, discard, plain_name, stage
from annotation.ingest.unfolding import BENT, code_of, gather, left_alone, peek
from annotation.models import Job, Project, Scene
from annotation.models.jobs import JobKind
from annotation.quotas import check_queue, check_room
from mlcore.errors import Busy
from mlcore.quarantine import PROMPT
from mlcore.sensors import Sensor

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

    Those that belong together by their names, such as a cube and its header, are one.

    Raises:
        UnknownName: there is no sensor called `sensor`.
    """
    wishes = Wishes(sensor=known_sensor(project, sensor), acquired=acquired)
    check_queue(project, user_id)
    staged: list[StagedFile] = []
    results: list[FileResult] = []
    try:
        for upload in uploads:
            results += _stage(upload, staged)
        gathered = gather(staged)
        accepted, told = _admit_all(project, gathered, wishes)
        results += told
        for file in left_alone(staged, gathered):
            discard(file)
        for part in [part for file in accepted for part in (file.parts or (file,))]:
            storage.hand_over(part.path)
        job = _write_job(project, accepted, wishes, user_id) if accepted else None
    except BaseException:
        for file in staged:
            discard(file)
        raise
    return Receipt(job, results)


def request_mounted(
    project: Project,
    paths: Iterable[str],
    *,
    sensor: str | None = None,
    acquired: date | None = None,
    user_id: int | None = None,
) -> Receipt:
    """Look at files of mounted folders, and write one job for those that can become imagery where they lie.

    Raises:
        UnknownName: there is no sensor called `sensor`.
        NotFound: a path leads nowhere, or out of the mounted folders.
    """
    wishes = Wishes(sensor=known_sensor(project, sensor), acquired=acquired, in_place=True)
    check_queue(project, user_id)
    files = [StagedFile(plain_name(path.name), path, str(path), mounted=True) for path in map(resolve_file, paths)]
    accepted, results = _admit_all(project, gather(files), wishes)
    parts = [part for file in accepted for part in (file.parts or (file,))]
    if not parts:
        return Receipt(None, results)
    told = _params(wishes) | {"files": [], "mounted": [str(part.path) for part in parts]}
    return Receipt(Job.request(project, JobKind.INGEST, user_id=user_id, **told), results)


def resolve_file(text: str) -> Path:
    """Return a file in a mounted folder.

    Raises:
        NotFound: there is none of that path.
    """
    path = mounts.resolve(text)
    if not path.is_file():
        raise NotFound(f"{text[:200]!r} is no file: open the folder and choose files in it.")
    return path


def _admit_all(
    project: Project, files: Iterable[StagedFile], wishes: Wishes
) -> tuple[list[StagedFile], list[FileResult]]:
    """Return the files that can become imagery, and what each will be."""
    accepted, results = list[StagedFile](), list[FileResult]()
    for file in files:
        result, admitted = _admit(project, file, wishes, accepted)
        results.append(result)
        accepted += [admitted] if admitted else []
    return accepted, results


def _stage(upload: Upload, staged: list[StagedFile]) -> list[FileResult]:
    """Stage an upload, or return why that can't be done."""
    try:
        staged.append(stage(upload))
    except BadUpload as error:
        return [FileResult(plain_name(str(upload.name)), Status.REFUSED, str(error))]
    return []


def _admit(
    project: Project, file: StagedFile, wishes: Wishes, accepted: Sequence[StagedFile]
) -> tuple[FileResult, StagedFile | None]:
    result, file = _look(project, file, wishes)
    if any(file.sha256 == other.sha256 for other in accepted):
        result = FileResult(file.name, Status.DUPLICATE, "the same file was sent twice: taken once")
    if result.status is not Status.ACCEPTED:
        discard(file)
        return result, None
    return result, file


def _look(project: Project, file: StagedFile, wishes: Wishes) -> tuple[FileResult, StagedFile]:
    """Tell what a file will become, without converting it, and keep what was seen."""
    if there := scene_of(project, file):
        return FileResult(file.name, Status.DUPLICATE, f"already in the project as {there}: nothing to do"), file
    try:
        return _admissible(project, file, wishes)
    except (NotLookedAt, Busy):
        return FileResult(file.name, Status.ACCEPTED, "to be looked at in the background"), file
    except AnnotationError as error:
        return FileResult(file.name, Status.REFUSED, str(error)), file


def _admissible(project: Project, file: StagedFile, wishes: Wishes) -> tuple[FileResult, StagedFile]:
    size = sum(part.path.stat().st_size for part in file.parts or (file,))
    if code := code_of(file):
        summary = peek(file, code, allowance=PROMPT)
        check_room(project, file.name, size=size)
        return FileResult(file.name, Status.ACCEPTED, f"{summary} to take in"), file
    if is_archive(file.path):
        contents = check_archive(file, allowance=PROMPT)
        check_room(project, file.name, size=size, tiles=contents.count)
        return FileResult(file.name, Status.ACCEPTED, contents.summary), file
    info = look_at_scene(project, file, allowance=PROMPT)
    if info.placed_by:
        return FileResult(file.name, Status.ACCEPTED, f"{peek(file, BENT, allowance=PROMPT)} and taken in"), file
    if info.width * info.height * info.count <= _QUICK:
        file = replace(file, seen=see(file, info, wishes, allowance=PROMPT).to_dict())
    else:
        with names_of(file):
            sensor_of(info, wishes.sensor, name=file.name)
    asked = [remark for remark in (file.seen or {}).get("remarks", []) if remark.startswith("Import it as labels?")]
    said = [f"{info.summary} to take in", *asked, *filter(None, [size_told(project, info)])]
    return FileResult(file.name, Status.ACCEPTED, ". ".join(said)), file


def scene_of(project: Project, file: StagedFile) -> Scene | None:
    """Return the scene that a project has of a file already."""
    return project.scenes.filter(asset__sha256=file.sha256).first()


def _write_job(project: Project, files: Sequence[StagedFile], wishes: Wishes, user_id: int | None) -> Job:
    params = {"files": [file.to_dict() for file in files], **_params(wishes)}
    return Job.request(project, JobKind.INGEST, user_id=user_id, **params)


def _params(wishes: Wishes) -> dict[str, Any]:
    """Return what a job remembers of what the sender stated."""
    sensor = wishes.sensor.code if isinstance(wishes.sensor, Sensor) else wishes.sensor
    return {"sensor": sensor, "acquired": wishes.acquired.isoformat() if wishes.acquired else None}
