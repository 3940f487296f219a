"""Scope: an acceptance never covers a scene that its audits do not speak of."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from annotation.models import Asset, AuditDraw, Grid, ModelVersion, Project, Sample, Scene, Tile
from annotation.promises.acceptance import accept
from annotation.promises.preview import acceptable, peek, preview
from annotation.promises.scope import unheard_scenes
from annotation.trust import describe_preview
from tests.promised import add_audit, promise, publish, seen, suggest_all

COLUMNS = 60
FAIR = 20  # of 100 audits among 300 tiles, as dense on 60 more


@pytest.fixture
def version(project: Project, bob: AbstractBaseUser) -> ModelVersion:
    """Return a version with 100 audits and 200 open suggestions, all in the first scene."""
    promise(project)
    made = publish(project, bob, audits=100, waiting=200, errors=0.2)
    add_scene(project, "first", row=0, columns=1000, came=-1)
    return made


def add_scene(project: Project, name: str, *, row: int, columns: int = COLUMNS, came: int = 1) -> Scene:
    """Write a scene without imagery, that came so many hours after the audits were drawn."""
    asset = Asset.objects.create(sha256=name.encode().hex().rjust(64, "0"), path=name, size=1, facts={})
    scene = Scene.objects.create(
        project=project, asset=asset, grid=Grid.objects.get(project=project), name=name, sensor={},
        first_column=0, first_row=row, columns=columns, rows=1,
    )  # fmt: skip
    Scene.objects.filter(pk=scene.pk).update(created_at=timezone.now() + timedelta(hours=came))
    return scene


def fill(version: ModelVersion, scene: Scene) -> list[Sample]:
    """Give a scene its tiles, and let the version suggest a class for each."""
    project = version.project
    start = project.samples.count()
    tiles = Tile.objects.bulk_create(
        Tile(grid=scene.grid, column=column, row=scene.first_row) for column in range(scene.columns)
    )
    samples = Sample.objects.bulk_create(
        Sample(project=project, tile=tile, index=start + number) for number, tile in enumerate(tiles)
    )
    suggest_all(version, samples)
    return samples


def test_it_works(project: Project, version: ModelVersion, carol: AbstractBaseUser) -> None:
    before = preview(project)
    assert (before.unheard, before.left) == ((), 0)
    late = fill(version, add_scene(project, "south", row=5))
    previewed = preview(project)
    assert previewed.promise == before.promise
    assert ([scene.name for scene, _ in previewed.unheard], previewed.left) == (["south"], COLUMNS)
    told = describe_preview(previewed, project)
    assert (told["unheard"], told["lacking"], told["left"], told["waiting"]) == (["south"], FAIR, COLUMNS, 200)
    shown = set(peek(version, previewed.promise.threshold))
    assert shown and not shown & set(version.suggestions.filter(sample__in=late).values_list("pk", flat=True))
    acceptance = accept(project, carol, seen(project))
    assert acceptance.accepted == before.promise.accepted
    assert set(Sample.objects.filter(pk__in=[one.pk for one in late]).values_list("state", flat=True)) == {"open"}


def test_as_many_audits_of_its_own_as_its_size_asks_for_bring_a_scene_in(
    project: Project, version: ModelVersion, bob: AbstractBaseUser
) -> None:
    scene = add_scene(project, "south", row=5)
    late = fill(version, scene)
    for sample in late[: FAIR - 1]:
        add_audit(version, sample, bob, said=1)
    assert unheard_scenes(project) == [(scene, 1)]
    add_audit(version, late[FAIR - 1], bob, said=1)
    assert unheard_scenes(project) == []
    assert acceptable(version).filter(sample__in=late).count() == COLUMNS - FAIR


def test_three_audits_do_not_speak_for_a_late_scene(
    project: Project, version: ModelVersion, bob: AbstractBaseUser, carol: AbstractBaseUser
) -> None:
    """Its tiles are all wrong and the model is sure of them: with three audits they would be accepted."""
    late = fill(version, add_scene(project, "south", row=5))
    for sample in late[:3]:
        add_audit(version, sample, bob, said=1)
    accept(project, carol, seen(project))
    assert set(Sample.objects.filter(pk__in=[one.pk for one in late[3:]]).values_list("state", flat=True)) == {"open"}


def test_a_small_late_scene_needs_ten_or_all_of_its_tiles(project: Project, version: ModelVersion) -> None:
    fill(version, add_scene(project, "small", row=5, columns=12))
    fill(version, add_scene(project, "tiny", row=6, columns=4))
    assert [(scene.name, lacking) for scene, lacking in unheard_scenes(project)] == [("small", 10), ("tiny", 4)]


def test_a_scene_that_most_audits_could_have_been_drawn_from_needs_none(
    project: Project, version: ModelVersion
) -> None:
    scene = add_scene(project, "south", row=5)
    fill(version, scene)
    later = AuditDraw.objects.order_by("pk").values("pk")[:51]
    AuditDraw.objects.filter(pk__in=later).update(uniform_at=timezone.now() + timedelta(hours=2))
    assert unheard_scenes(project) == []


def test_old_ground_that_a_later_scene_shows_is_left_out_too(project: Project, version: ModelVersion) -> None:
    """What the model sees there has changed since it was audited."""
    waiting = list(project.samples.filter(state="open").order_by("index")[:4])
    scene = add_scene(project, "again", row=0, columns=1)
    Scene.objects.filter(pk=scene.pk).update(first_column=waiting[0].tile.column, columns=4)
    assert not acceptable(version).filter(sample__in=waiting).exists()
    assert preview(project).left == 4


def test_only_late_scenes_left_say_what_to_do(project: Project, version: ModelVersion, carol: AbstractBaseUser) -> None:
    accept(project, carol, seen(project))
    version.suggestions.filter(state="open").update(state="rejected")
    fill(version, add_scene(project, "south", row=5))
    assert "label the audits that are served there" in preview(project).problem
