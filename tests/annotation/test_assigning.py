"""Assigning: which tiles, how far they are, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.geos import Polygon

from annotation.assigning import Choice, Wording, assign, change, take_away, with_progress
from annotation.deletions import delete_project, drop_samples
from annotation.errors import BadSettings, NotFound
from annotation.labeling import Answer, claim, submit
from annotation.members import remove_member
from annotation.models import Annotation, Assignment, AuditDraw, Project, Sample
from tests.factories import label, make_project, make_scene, make_tiles
from tests.pools import make_samples, rank

pytestmark = pytest.mark.django_db

Person = AbstractBaseUser
LARGEST = 2**63 - 1


def give(project: Project, person: Person, choice: Choice, **said: Any) -> Assignment:
    """Let the owner assign tiles."""
    owner = project.members.get(role="owner").user
    return assign(project, project.members.get(user=person).pk, choice, by=owner, wording=Wording(**said))


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
    assert list(give(project, bob, Choice(area=box, text="here")).samples.all()) == [samples[5]]
    with pytest.raises(BadSettings, match=r"No open tile is free for bob there \(the area here\)\. 1 open tiles"):
        give(project, bob, Choice(area=box, text="here"))


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
        change(given, by=bob, note="<b>")
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


def test_it_says_how_many_were_not_free(project: Project, bob: Person, carol: Person) -> None:
    samples = make_tiles(project, 4, 3)
    label(samples[0], carol, 1)
    give(project, carol, Choice(count=2))
    area = Polygon.from_bbox((-180, -90, 180, 90))
    area.srid = 4326
    given = give(project, bob, Choice(area=area, text="here"))
    assert (given.left_out, given.samples.count()) == (3, 9)
    with pytest.raises(BadSettings, match="No open tile is free for bob there"):
        give(project, bob, Choice(area=area, text="here"))


def test_fewer_than_asked_are_told(project: Project, bob: Person) -> None:
    make_samples(project, 3)
    assert give(project, bob, Choice(count=5)).left_out == 2


def test_it_is_handed_over(project: Project, alice: Person, bob: Person, carol: Person) -> None:
    samples = make_samples(project, 4)
    given = give(project, bob, Choice(count=2), note="Shore")
    claim(project, bob, count=2)
    handed = change(given, by=alice, member=project.members.get(user=carol).pk)
    assert (handed.member.user, handed.note, handed.given_by) == (carol, "Shore", alice)
    assert handed.given_at > given.given_at
    assert [lease.sample for lease in claim(project, bob, count=2).queue] == samples[2:]
    theirs = claim(project, carol, count=1)
    assert [lease.sample for lease in theirs.queue] == samples[:1]
    assert theirs.batches[0].left == 2


def test_who_has_the_tile_on_show_keeps_it_when_it_is_handed_over(
    project: Project, alice: Person, bob: Person, carol: Person
) -> None:
    samples = make_samples(project, 2)
    given = give(project, bob, Choice(count=2))
    shown = claim(project, bob, count=1).queue[0].sample
    claim(project, bob, count=1, showing=shown.pk)
    change(given, by=alice, member=project.members.get(user=carol).pk)
    assert [lease.sample for lease in claim(project, carol, count=2).queue] == samples[1:]
    submit(shown, bob, Answer(value={"class": 1}))
    assert claim(project, carol, count=2).batches[0].left == 1


def test_nobody_is_handed_what_they_cannot_label(project: Project, alice: Person, bob: Person, dave: Person) -> None:
    make_samples(project, 2)
    given = give(project, bob, Choice(count=2))
    with pytest.raises(BadSettings, match="dave is a viewer"):
        change(given, by=alice, member=project.members.get(user=dave).pk)
    with pytest.raises(NotFound, match="No such member"):
        change(given, by=alice, member=0)
    given.refresh_from_db()
    assert given.member.user == bob


def test_what_another_owner_took_away_is_not_changed(project: Project, alice: Person, bob: Person) -> None:
    make_samples(project, 2)
    given = give(project, bob, Choice(count=2))
    take_away(project, given.pk)
    with pytest.raises(NotFound, match="No such assignment"):
        change(given, by=alice, note="Late")
    assert not Assignment.objects.exists()


def test_a_member_who_goes_meanwhile_gets_nothing(project: Project, alice: Person, bob: Person) -> None:
    make_samples(project, 2)
    member = project.members.get(user=bob).pk
    remove_member(project, member, by=alice)
    with pytest.raises(NotFound, match="No such member"):
        assign(project, member, Choice(count=1), by=alice)


def test_tiles_of_a_deleted_account_are_anybodys(project: Project, alice: Person, bob: Person) -> None:
    samples = make_samples(project, 2)
    give(project, bob, Choice(count=2))
    bob.delete()
    assert not Assignment.objects.exists()
    assert [lease.sample for lease in claim(project, alice, count=2).queue] == samples


def test_tiles_do_not_wait_for_who_may_not_log_in(project: Project, alice: Person, bob: Person) -> None:
    samples = make_samples(project, 2)
    give(project, bob, Choice(count=2))
    assert claim(project, alice, count=2).queue == []
    type(bob).objects.filter(pk=bob.pk).update(is_active=False)
    assert [lease.sample for lease in claim(project, alice, count=2).queue] == samples


def test_what_was_answered_just_now_does_not_count_as_left(project: Project, bob: Person) -> None:
    samples = make_samples(project, 3)
    give(project, bob, Choice(count=2))
    just = [samples[0].pk]
    assert [batch.left for batch in claim(project, bob, count=1, unsaved=just).batches] == [1]
    label(samples[0], bob, 1)  # it arrives
    assert [batch.left for batch in claim(project, bob, count=1, unsaved=just).batches] == [1]
    label(samples[1], bob, 1)
    assert claim(project, bob, count=1, unsaved=[samples[1].pk]).batches == []


@pytest.mark.parametrize("opinions", [1, 2])
def test_without_a_ranking_others_get_what_does_not_wait(
    project: Project, alice: Person, bob: Person, carol: Person, opinions: int
) -> None:
    project.opinions = opinions
    project.save()
    samples = make_samples(project, 6)
    AuditDraw.objects.create(sample=samples[3], probability=0.1, pool=6, opinions=2, uniform_at="2026-01-01T00:00Z")
    give(project, bob, Choice(count=4))
    give(project, carol, Choice(count=1), shared=True)
    submit(samples[1], bob, Answer(verdict="skip", reason="cloud"))
    label(samples[3], bob, 1)
    held = {lease.sample for lease in claim(project, alice, count=6).queue}
    waits = {samples[0], samples[2]} if opinions == 1 else set()  # of two opinions, one is kept for bob
    assert held == {*samples} - waits
