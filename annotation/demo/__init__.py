"""The demo: a project of each kind of label, and one of change, on real imagery, with nothing labelled."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction

from annotation.demo.imagery import days_of, find_scene
from annotation.demo.recipes import Recipe, recipes
from annotation.epochs import group_by_date, set_scope
from annotation.errors import JobFailed
from annotation.ingest import Status, Wishes, ingest_files
from annotation.models import Project
from annotation.models.projects import Scope
from annotation.projects import create_project

__all__ = ["Recipe", "find_scene", "load", "recipes"]


def load(*, missing: bool = False) -> list[Project]:
    """Make the demo account and its projects, all or nothing; return the new ones, as people see them listed.

    Whoever removed a demo project meant it: it does not come back as long as the account exists, nor do projects that
    a new release brings come by themselves. With `missing`, those that the account does not own are made.

    Raises:
        NotReady: sample imagery is not installed.
    """
    known = get_user_model().objects.filter(username=settings.DEMO_USER).first()
    if known is not None and not missing:
        return []
    with transaction.atomic():
        user: AbstractUser = known or _make_user()
        there = set(Project.objects.filter(members__user=user.pk).values_list("name", flat=True))
        wanted = [recipe for recipe in recipes() if recipe.name not in there]
        files = [find_scene(settings.SAMPLES_DIR, recipe.file) for recipe in wanted]
        return [_make_project(user, recipe, file) for recipe, file in zip(wanted, files, strict=True)][::-1]


def _make_user() -> AbstractUser:
    """Make an account that may enter the admin site; what it sees there follows from its role in a project."""
    return get_user_model().objects.create_user(settings.DEMO_USER, password=settings.DEMO_PASSWORD, is_staff=True)


def _make_project(user: AbstractUser, recipe: Recipe, file: Path) -> Project:
    project = create_project(
        user,
        name=recipe.name,
        description=recipe.description,
        task=recipe.task,
        task_options=recipe.options,
        tile_px=recipe.tile_px,
        classes=recipe.classes,
    )
    if recipe.days:
        _take_in_days(project, recipe, file)
    else:
        _take_in(project, [file], Wishes(sensor=recipe.sensor, name=recipe.scene))
    return project


def _take_in_days(project: Project, recipe: Recipe, cube: Path) -> None:
    """Take in two days of a cube, and ask what changed between them."""
    with ExitStack() as stack:
        for day, file in zip(recipe.days, stack.enter_context(days_of(cube, recipe.days)), strict=True):
            _take_in(project, [file], Wishes(recipe.sensor, day, f"{recipe.scene}, {day}"))
    earlier, later = sorted(group_by_date(project), key=lambda epoch: epoch.name)
    set_scope(project, Scope.PAIR, [(earlier.pk, later.pk)])


def _take_in(project: Project, files: Sequence[Path], wishes: Wishes) -> None:
    for result in ingest_files(project, files, wishes, report=lambda name, share, message: None):
        if result.status is Status.REFUSED:
            raise JobFailed(f"The demo's imagery could not be taken in: {result.message}")
