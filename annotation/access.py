"""Who may see and change what: one helper per noun, called on the first line of every view.

A stranger is told 'not found', so that nobody learns what exists; a member without the right role is told so.
"""

from typing import TypeVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, QuerySet

from annotation.errors import NotAllowed, NotFound
from annotation.models import (
    Assignment,
    Comment,
    Delivery,
    Epoch,
    Export,
    Grid,
    Import,
    Job,
    Layout,
    Overlay,
    OwnSensor,
    Project,
    Sample,
    Scene,
    Transfer,
    View,
    Webhook,
)
from annotation.models.blindness import blind
from annotation.models.projects import Role
from mlcore.errors import look_up

User = AbstractBaseUser | AnonymousUser
Row = TypeVar("Row", bound=Model)
Saved = TypeVar("Saved", View, Layout)


def get_project(user: User, pk: int, role: Role = Role.VIEWER) -> Project:
    """Return project `pk` if `user` holds at least `role` in it."""
    project = Project.objects.visible_to(user).with_role(user).filter(pk=pk).first()
    if project is None:
        raise NotFound("No such project.")
    if role not in Role(project.held).may:
        raise NotAllowed(f"This needs the role {role.label.lower()} in {project}; ask its owner for it.")
    return project


def may_make_projects(user: User) -> bool:
    """Return whether the operator lets this person make projects."""
    return settings.PROJECT_MAKERS == "everybody" or bool(getattr(user, "is_staff", False))


def check_may_make_projects(user: User) -> None:
    """Refuse a project of somebody who may make none."""
    if not may_make_projects(user):
        raise NotAllowed("Only staff make projects here; ask the operator for one.")


def _get_row(rows: QuerySet[Row], pk: int, what: str) -> Row:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"No such {what} in this project.")
    return row


def get_scene(user: User, project_id: int, pk: int, role: Role = Role.VIEWER) -> Scene:
    """Return a scene of the project."""
    project = get_project(user, project_id, role)
    return _get_row(Scene.objects.filter(project=project).select_related("asset", "grid", "project"), pk, "scene")


def get_grid(user: User, project_id: int, pk: int, role: Role = Role.VIEWER) -> Grid:
    """Return a lattice of the project."""
    return _get_row(Grid.objects.filter(project=get_project(user, project_id, role)), pk, "lattice")


def get_epoch(user: User, project_id: int, pk: int, role: Role = Role.VIEWER) -> Epoch:
    """Return an epoch of the project."""
    project = get_project(user, project_id, role)
    return _get_row(Epoch.objects.filter(project=project).select_related("project"), pk, "epoch")


def get_view(user: User, project_id: int, pk: int, role: Role = Role.VIEWER) -> View:
    """Return a saved view of the project; who wants to change it must have saved it, or own the project."""
    project = get_project(user, project_id, role)
    return _own(
        _get_row(View.objects.filter(project=project).select_related("project"), pk, "view"), project, user, role
    )


def get_layout(user: User, project_id: int, pk: int, role: Role = Role.VIEWER) -> Layout:
    """Return a saved layout of the project; who wants to change it must have saved it, or own the project."""
    project = get_project(user, project_id, role)
    rows = Layout.objects.filter(project=project).select_related("project")
    return _own(_get_row(rows, pk, "layout"), project, user, role)


def _own(row: Saved, project: Project, user: User, role: Role) -> Saved:
    """Refuse what somebody else saved to whoever wants more than to look at it."""
    if role is not Role.VIEWER and project.held != Role.OWNER and row.created_by_id != user.pk:
        raise NotAllowed(f"Somebody else saved {row}; save one of your own, or ask the project's owner.")
    return row


def get_overlay(user: User, project_id: int, pk: int, role: Role = Role.VIEWER) -> Overlay:
    """Return an overlay of the project."""
    return _get_row(Overlay.objects.filter(project=get_project(user, project_id, role)), pk, "overlay")


def get_own_sensor(user: User, project_id: int, pk: int, role: Role = Role.VIEWER) -> OwnSensor:
    """Return a sensor that the project's owners described."""
    project = get_project(user, project_id, role)
    return _get_row(OwnSensor.objects.filter(project=project).select_related("project"), pk, "sensor")


def get_transfer(user: User, project_id: int, pk: int) -> Transfer:
    """Return a file that this person is sending to the project."""
    project = get_project(user, project_id, Role.OWNER)
    return _get_row(Transfer.objects.filter(project=project, sender=user.pk).select_related("project"), pk, "upload")


def get_sample(user: User, project_id: int, pk: int, role: Role = Role.VIEWER) -> Sample:
    """Return a sample of the project."""
    project = get_project(user, project_id, role)
    rows = Sample.objects.filter(project=project).select_related("tile__grid", "answer__label", "audit", "project")
    return _get_row(rows, pk, "tile")


def find_sample(project: Project, pk: int) -> Sample:
    """Return a sample of a project that the user was let into already."""
    return _get_row(Sample.objects.filter(project=project), pk, "tile")


def get_comment(user: User, project_id: int, pk: int) -> tuple[Comment, Role]:
    """Return a comment on a tile, and the role of somebody who may write there, too."""
    project = get_project(user, project_id, Role.ANNOTATOR)
    rows = Comment.objects.filter(sample__project=project).exclude(blind("sample")).select_related("sample", "author")
    return _get_row(rows, pk, "comment"), Role(project.held)


def find_scene(sample: Sample, pk: int, date: str = "") -> Scene:
    """Return scene `pk` of the ground of a sample that the user was let into already; 0: the newest it speaks of.

    Of a sample that compares two epochs, `date` says which of them is meant: 'earlier' or 'later'.
    """
    scenes = (sample.scenes_here() if pk else sample.scenes()).select_related("asset", "grid")
    if date:
        epoch = look_up({"earlier": sample.epoch_id, "later": sample.later_epoch_id}, date, "date of a pair")
        scenes = scenes.filter(epochs=epoch) if sample.later_epoch_id else scenes.none()
    scene = scenes.filter(pk=pk).first() if pk else scenes.last()
    if scene is None:
        raise NotFound("This tile has no such scene.")
    return scene


def get_job(user: User, project_id: int, pk: int, role: Role = Role.VIEWER) -> Job:
    """Return a job of the project."""
    return _get_row(Job.objects.filter(project=get_project(user, project_id, role)), pk, "job")


def get_export(user: User, project_id: int, pk: int, role: Role = Role.VIEWER) -> Export:
    """Return an export of the project."""
    return _get_row(Export.objects.filter(project=get_project(user, project_id, role)), pk, "export")


def get_import(user: User, project_id: int, pk: int, role: Role = Role.OWNER) -> Import:
    """Return an import of labels into the project."""
    project = get_project(user, project_id, role)
    return _get_row(
        Import.objects.filter(project=project).select_related("project", "job", "requested_by"), pk, "import"
    )


def get_assignment(user: User, project_id: int, pk: int) -> Assignment:
    """Return an assignment of the project, for its owners."""
    project = get_project(user, project_id, Role.OWNER)
    return _get_row(Assignment.objects.filter(project=project).select_related("project"), pk, "assignment")


def get_webhook(user: User, project_id: int, pk: int) -> Webhook:
    """Return a webhook of the project, for its owners."""
    project = get_project(user, project_id, Role.OWNER)
    return _get_row(Webhook.objects.filter(project=project).select_related("project"), pk, "webhook")


def get_delivery(user: User, project_id: int, pk: int) -> Delivery:
    """Return a message of a webhook of the project, for its owners."""
    project = get_project(user, project_id, Role.OWNER)
    return _get_row(Delivery.objects.filter(webhook__project=project).select_related("webhook"), pk, "message")
