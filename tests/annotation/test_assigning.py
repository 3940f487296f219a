"""Assigning: which tiles, how far they are, and what is refused."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.geos import Polygon

from annotation.assigning import Choice, assign, change, take_away, with_progress
from annotation.deletions import delete_project, drop_samples
from annotation.errors import BadSettings, NotFound
from annotation.labeling import Answer, claim, submit
from annotation.models import Annotation, Assignment, Project, Sample
from tests.factories import label, make_project, make_scene, make_tiles
from tests.pools import make_samples, rank

pytestmark = pytest.mark.django_db

Person = AbstractBaseUser
LARGEST = 2**63 - 1


def give(project: Project, person: Person, choice: Choice, **options: str) -> Assignment:
    """Let the owner assign tiles."""
    owner = project.members.get(role="owner").user
    return assign(project, project.members.get(user=person).pk, choice, by=owner, **options)


def test_it_works(project: Project, bob: Person) -> None:
    samples = make_samples(project, 6)
    rank(project, samples[3::-1])
    given = give(project, bob, Choice(count=5), note="  The shore first ")
    assert list(given.samples.all()) == samples[:5]  # four of the ranking, then the grid's order
    assert (given.kind, given.about, given.note) == ("next", "the next 5 of the ranking", "The shore first")
    assert str(given) == "bob: the next 5 of the ranking"


def test_what_is_assigned_or_answered_is_left_out(project: Project, bob: Person, carol: Person) -> None:
    samples = make_samples(project, 6)
    label(samples[0], carol, 1)
    submit(samples[1], carol, Answer(verdict="skip", reason="cloud"))
    give(project, bob, Choice(count=2))
    assert list(give(project, carol, Choice(count=9)).samples.all()) == samples[3:]


def test_it_takes_the_open_tiles_of_a_scene(project: Project, bob: Person, tmp_path: Path) -> None:
    scene = make_scene(project, tmp_path)
    samples = list(project.samples.order_by("index"))
    label(samples[0], bob, 1)
    given = give(project, bob, Choice(scene=scene.pk))
    assert list(given.samples.order_by("index")) == samples[1:]
    assert (given.kind, given.about) == ("scene", f"scene {scene.name}")


def test_it_takes_the_tiles_whose_middle_lies_in_a_box(project: Project, bob: Person) -> None:
    samples = make_tiles(project, 4, 3)
    west, south, east, north = samples[5].tile.outline.extent
    box = Polygon.from_bbox((west - 1e-4, south - 1e-4, east + 1e-4, north + 1e-4))
    box.srid = 4326
    assert list(give(project, bob, Choice(box=box, text="here")).samples.all()) == [samples[5]]
    with pytest.raises(BadSettings, match=r"No open tile is free for bob there \(box here\)\. 1 open tiles"):
        give(project, bob, Choice(box=box, text="here"))


def test_progress_counts_what_does_not_wait_for_its_person(project: Project, bob: Person, carol: Person) -> None:
    samples = make_samples(project, 6)
    given = give(project, bob, Choice(count=5))
    label(samples[0], bob, 1)
    submit(samples[1], bob, Answer(verdict="skip", reason="cloud"))
    label(samples[2], carol, 2)
    told = with_progress(Assignment.objects.filter(pk=given.pk)).get()
    assert (told.total, told.left) == (5, 2)
    submit(samples[0], bob, Answer(verdict="retract"))
    assert with_progress(Assignment.objects.filter(pk=given.pk)).get().left == 3
    assert claim(project, bob, count=1).batches[0].left == 3


def test_a_finished_batch_is_no_longer_told(project: Project, bob: Person) -> None:
    samples = make_samples(project, 2)
    give(project, bob, Choice(count=1))
    label(samples[0], bob, 1)
    held = claim(project, bob, count=2)
    assert held.batches == []
    assert [lease.sample for lease in held.queue] == [samples[1]]


@pytest.mark.parametrize("count", [0, -1, 10_001])
def test_a_senseless_number_is_refused(project: Project, bob: Person, count: int) -> None:
    make_samples(project, 2)
    with pytest.raises(BadSettings, match="between 1 and 10000"):
        give(project, bob, Choice(count=count))


def test_it_says_which_tiles_are_wanted(project: Project, bob: Person) -> None:
    with pytest.raises(BadSettings, match="Say which tiles"):
        give(project, bob, Choice())


@pytest.mark.parametrize("member", [0, LARGEST])
def test_nobodys_number_is_refused(project: Project, alice: Person, member: int) -> None:
    make_samples(project, 1)
    with pytest.raises(NotFound, match="No such member"):
        assign(project, member, Choice(count=1), by=alice)


def test_a_member_of_another_project_is_none(project: Project, alice: Person) -> None:
    make_samples(project, 1)
    other = make_project(alice, name="Other").members.get()
    with pytest.raises(NotFound, match="No such member"):
        assign(project, other.pk, Choice(count=1), by=alice)


def test_a_scene_of_another_project_is_none(project: Project, alice: Person, bob: Person, tmp_path: Path) -> None:
    scene = make_scene(make_project(alice, name="Other"), tmp_path)
    with pytest.raises(NotFound, match="No such scene"):
        give(project, bob, Choice(scene=scene.pk))


def test_a_viewer_is_refused(project: Project, dave: Person) -> None:
    make_samples(project, 1)
    with pytest.raises(BadSettings, match="dave is a viewer"):
        give(project, dave, Choice(count=1))
    assert not Assignment.objects.exists()


def test_a_note_with_tags_is_refused(project: Project, bob: Person) -> None:
    samples = make_samples(project, 1)
    with pytest.raises(BadSettings, match="note: Leave out <"):
        give(project, bob, Choice(count=1), note="<b>")
    given = give(project, bob, Choice(count=1))
    with pytest.raises(BadSettings, match="note: Leave out <"):
        change(given, note="<b>")
    assert list(Sample.objects.filter(assignment__isnull=False)) == samples


def test_taking_away_keeps_what_was_said(project: Project, bob: Person) -> None:
    samples = make_samples(project, 2)
    given = give(project, bob, Choice(count=2))
    label(samples[0], bob, 1)
    take_away(project, given.pk)
    assert Annotation.objects.count() == 1
    assert not Sample.objects.filter(assignment__isnull=False).exists()
    with pytest.raises(NotFound, match="No such assignment"):
        take_away(project, given.pk)


def test_samples_and_projects_go_with_their_assignments(project: Project, bob: Person, alice: Person) -> None:
    samples = make_samples(project, 4)
    given = give(project, bob, Choice(count=3))
    label(samples[0], bob, 1)
    drop_samples(project, Sample.objects.filter(pk=samples[1].pk))
    assert with_progress(Assignment.objects.filter(pk=given.pk)).get().total == 2
    delete_project(project)
    assert not Assignment.objects.exists()
