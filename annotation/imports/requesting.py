"""Requesting: an import is asked for, changed, taken in, taken back or dropped; a worker does what takes time."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from annotation import storage
from annotation.errors import BadSettings, NotReady
from annotation.imports.mapping import check_mapping
from annotation.imports.options import PARSED_BY, read_options
from annotation.ingest.staging import Upload, discard, stage
from annotation.models import Import, Job, Project
from annotation.models.jobs import JobKind
from annotation.quotas import check_queue

State = Import.State


def request(
    project: Project,
    user: User,
    upload: Upload | IO[bytes],
    *,
    trust: str = Import.Trust.TRUSTED,
    options: Mapping[str, Any] | None = None,
    name: str | None = None,
) -> Import:
    """Keep a file of labels and write down that it is to be looked at; nothing else changes yet.

    Raises:
        BadUpload: it is empty or too large.
        BadSettings: an option makes no sense.
    """
    checked = read_options(options or {})
    _check_trust(trust)
    check_queue(project, user.pk)
    file = stage(upload, name=name)
    try:
        size = file.path.stat().st_size
        storage.hand_over(file.path)
        with transaction.atomic():
            return Import.objects.create(
                project=project,
                requested_by_id=user.pk,
                name=file.name,
                path=str(file.path.relative_to(settings.DATA_DIR)),
                sha256=file.sha256,
                size=size,
                trust=trust,
                options=checked.to_dict(),
                job=_ask(project, user.pk),
            )
    except BaseException:
        discard(file)
        raise


@transaction.atomic
def change(
    row: Import,
    user: User,
    *,
    mapping: Mapping[str, Any] | None = None,
    trust: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> Import:
    """Change the mapping of classes or how the file is read, and look again.

    Raises:
        NotReady: it is under way, or was taken in.
        BadSettings: a class or an option makes no sense.
    """
    row = _held(row, State.READY, "changed")
    if options is not None:
        wanted = read_options(options, row.options).to_dict()
        if any(wanted[name] != row.options.get(name) for name in PARSED_BY):
            row.report = {}  # it is read anew
        row.options = wanted
    if trust is not None:
        row.trust = _check_trust(trust)
    if mapping is not None:
        keys = {each["key"] for each in row.report.get("classes", [])}
        row.mapping = {**row.mapping, **check_mapping(row.project, keys, mapping)}
    return _go(row, State.LOOKING, user)


@transaction.atomic
def confirm(row: Import, user: User) -> Import:
    """Let what was looked at be taken in.

    Raises:
        NotReady: it is under way, or was taken in.
    """
    row = _held(row, State.READY, "taken in")
    if not row.report.get("fates", {}).get("taken"):
        raise NotReady("There is nothing new to take in; look at the list, and change mapping or options.")
    return _go(row, State.TAKING, user)


@transaction.atomic
def ask_undo(row: Import, user: User) -> Import:
    """Let an import be taken back.

    Raises:
        NotReady: it is not taken in.
    """
    return _go(_held(row, State.TAKEN, "taken back"), State.UNDOING, user)


def remove(row: Import) -> None:
    """Drop an import that has made no label, with its file.

    Raises:
        NotReady: it has.
    """
    with transaction.atomic():
        held = Import.objects.select_for_update().get(pk=row.pk)
        if held.state not in (State.READY, State.LOOKING) or held.items.filter(annotation__isnull=False).exists():
            raise NotReady(
                "It has made labels: take it back instead. Its list stays as the record of where they are from."
            )
        if held.job:
            Job.objects.filter(pk=held.job.pk, state=Job.State.QUEUED).delete()
        held.delete()
    drop_file(row)


def drop_file(row: Import) -> None:
    """Remove our copy of a file that is not read any more."""
    if row.path:
        storage.remove(row.place.parent)
        Import.objects.filter(pk=row.pk).update(path="")


def _held(row: Import, state: State, what: str) -> Import:
    held = Import.objects.select_for_update(of=("self",)).select_related("project", "job").get(pk=row.pk)
    if held.state != state:
        raise NotReady(f"{held} is {held.get_state_display().lower()} and cannot be {what} now.")
    return held


def _go(row: Import, state: State, user: User) -> Import:
    row.state, row.job = state, _ask(row.project, user.pk)
    row.save()
    return row


def _ask(project: Project, user: int | None) -> Job:
    return Job.request(project, JobKind.IMPORT, user_id=user)


def _check_trust(trust: str) -> str:
    if trust not in Import.Trust.values:
        raise BadSettings(f"trust is one of: {', '.join(Import.Trust.values)}.")
    return trust
