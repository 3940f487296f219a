"""Tags: what is read, what is refused and why, when two agree; and from label to suggestion, review and export."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation import exports
from annotation.arrays.fits import newest_fit
from annotation.errors import BadAnswer, UnknownClass
from annotation.insights import read
from annotation.labeling import Answer, submit
from annotation.models import Annotation, Job, Project, Sample, Suggestion
from annotation.models.jobs import JobKind
from annotation.models.projects import Role
from annotation.progress import progress
from annotation.projects import add_class, merge_class, retire_class
from annotation.review import decide
from annotation.strategies import describe_strategies
from annotation.tasks import task_of
from tests.factories import join, make_audit, make_project
from tests.pools import covered_project, make_samples, one_of_each, run_jobs, true_class


@pytest.fixture
def places(alice: AbstractBaseUser, bob: AbstractBaseUser) -> Project:
    """Return a project of tags without imagery: alice owns, bob annotates."""
    project = make_project(alice, task="tags")
    join(project, bob, Role.ANNOTATOR)
    return project


@pytest.fixture
def samples(places: Project) -> list[Sample]:
    """Return its ten samples."""
    return make_samples(places, 10)


def tag(sample: Sample, user: AbstractBaseUser, *codes: int, unsure: tuple[int, ...] = ()) -> Annotation:
    """Let a person give a sample tags."""
    return submit(sample, user, Answer(value={"tags": list(codes), "unsure": list(unsure)}, seconds=2.0))


def true_tags(sample: Sample) -> list[int]:
    """Return the tags of a sample: its land cover, and a second one in the west."""
    code = true_class(sample)
    return sorted({code, 3} if code == 1 else {code} - {2})  # in the east: none of these


def test_it_works(places: Project, samples: list[Sample], bob: AbstractBaseUser) -> None:
    said = tag(samples[0], bob, 3, 1, unsure=(2,))
    assert (said.value, said.label.code) == ({"tags": [1, 3], "unsure": [2]}, 1)
    names = dict(places.classes.values_list("code", "name"))
    assert task_of(places).text(said.value, names) == "Open water, Bare rock (cannot tell: Forest)"


def test_none_of_these_is_an_answer(places: Project, samples: list[Sample], bob: AbstractBaseUser) -> None:
    said = tag(samples[0], bob)
    sample = Sample.objects.get(pk=samples[0].pk)
    assert (sample.state, sample.answer, said.label) == (Sample.State.LABELLED, said, None)
    assert task_of(places).text(said.value, {}) == "None of these"
    assert places.samples.filter(state=Sample.State.OPEN).count() == 9


def test_the_same_tags_again_are_one_version_and_others_a_second(samples: list[Sample], bob: AbstractBaseUser) -> None:
    assert tag(samples[0], bob, 1, 2) == tag(samples[0], bob, 2, 1)
    assert tag(samples[0], bob, 1).version == 2


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, "Say which tags the tile has, an empty list for none of them"),
        ({"tags": [1, 1]}, "Tag 1 is in 'tags' twice; name each once."),
        ({"tags": [1], "unsure": [1]}, "Tag 1 is both given and not to be told"),
        ({"tags": 1}, "'tags' is a list of tags by their codes, whole numbers, not 1."),
        ({"tags": ["water"]}, "whole numbers, not ['water']"),
        ({"tags": [True]}, "whole numbers"),
        ({"tags": [1.5]}, "whole numbers"),
        ({"class": 1}, "The answer needs 'tags'."),
        ({"tags": [1], "amount": 3}, "The answer has amount, which says nothing here"),
    ],
)
def test_what_is_no_list_of_tags_is_refused(samples, bob, value, words) -> None:
    with pytest.raises(BadAnswer, match=words.replace("[", r"\[").replace("]", r"\]").replace("(", r"\(")):
        submit(samples[0], bob, Answer(value=value))
    assert not Annotation.objects.exists()


def test_an_unknown_or_retired_tag_is_refused(places: Project, samples: list[Sample], bob: AbstractBaseUser) -> None:
    with pytest.raises(UnknownClass, match="no class 9"):
        tag(samples[0], bob, 1, 9)
    retire_class(places, 2)
    with pytest.raises(UnknownClass, match="no class 2"):
        tag(samples[0], bob, unsure=(2,))


def test_how_wrong_tags_are_counts_what_is_wrong_or_missing(places: Project) -> None:
    def wrong(truth: dict, value: dict) -> float | None:
        return task_of(places).wrongness(places, truth, value)

    assert wrong({"tags": [1, 2]}, {"tags": [1, 2]}) == 0
    assert wrong({"tags": [1, 2]}, {"tags": [1, 3]}) == pytest.approx(2 / 3)
    assert wrong({"tags": []}, {"tags": []}) == 0
    assert wrong({"tags": [1]}, {"tags": []}) == 1
    assert wrong({"tags": [1], "unsure": [2]}, {"tags": [1, 2]}) == 0
    merge_class(places, 3, 1)
    assert wrong({"tags": [3]}, {"tags": [1]}) == 0


def test_a_reviewer_takes_one_tag_out_or_in(places: Project, samples: list[Sample], bob: AbstractBaseUser) -> None:
    said = tag(samples[0], bob, 1, 2)
    task = task_of(places)
    assert task.correct(said, {"label": 2}) == {"tags": [1], "unsure": []}
    assert task.correct(said, {"label": 3}) == {"tags": [1, 2, 3], "unsure": []}
    with pytest.raises(BadAnswer, match="has this label already"):
        task.correct(said, {"value": {"tags": [1, 2], "unsure": []}})


def test_progress_counts_every_tag(places: Project, samples: list[Sample], bob: AbstractBaseUser) -> None:
    for sample, codes in zip(samples, ([1], [1, 2], [2, 3], []), strict=False):
        tag(sample, bob, *codes)
    merge_class(places, 3, 2)
    assert {row["code"]: row["labelled"] for row in progress(places)["by_class"]} == {1: 2, 2: 2}


def test_strategies_ask_by_tags(places: Project) -> None:
    lacks = {item["value"]: item["lacks"] for item in describe_strategies(places)}
    assert (lacks["tags"], lacks["auto"], lacks["random"]) == ("", "", "")
    assert lacks["badge"] == "one class for each tile"


def test_the_list_of_suggestions_is_narrowed_to_a_tag(api, places: Project, samples: list[Sample], alice) -> None:
    from tests.factories import make_model_version

    version = make_model_version(places)
    for sample, codes in zip(samples, ([1], [1, 2], [3], [], [2]), strict=False):
        Suggestion.objects.create(
            model_version=version, sample=sample, value={"tags": codes, "unsure": []}, confidence=0.9
        )
    page = api(alice).get(f"/api/projects/{places.pk}/suggestions/?label=2").json()
    assert sorted(item["value"]["tags"] for item in page["results"]) == [[1, 2], [2]]
    assert {item["text"] for item in page["results"]} == {"Open water, Forest", "Forest"}


@pytest.fixture
def learnt(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return an embedded project of 64 tiles with 24 labels, 12 audits, a fit and a published version."""
    project = covered_project(alice, tmp_path, task="tags", audit_share=0)
    run_jobs(project)
    for place, sample in enumerate(one_of_each(project)[:36]):
        if place < 12:
            make_audit(sample, probability=0.2)
        tag(sample, alice, *true_tags(sample))
    run_jobs(project, JobKind.REFIT)
    Job.request(project, JobKind.PUBLISH)
    assert [job.error for job in run_jobs(project, JobKind.PUBLISH)] == [""]
    return project


def test_from_labels_to_suggestions_review_insights_and_export(
    learnt: Project, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    newest, fit = learnt.rounds.first(), newest_fit(learnt)
    assert (newest.labels, newest.audits, fit.columns) == (24, 12, (1, 2, 3))
    assert newest.accuracy > 0.7
    assert {item["code"] for item in newest.report["classes"]} == {1, 2, 3}
    suggestions = list(Suggestion.objects.filter(sample__project=learnt).select_related("sample__tile"))
    right = [suggestion.value["tags"] == true_tags(suggestion.sample) for suggestion in suggestions]
    assert len(suggestions) == 28
    assert np.mean(right) > 0.8
    assert set(suggestions[0].details["chances"]) == {"1", "2", "3"}
    assert decide(alice, [suggestions[0].pk], "accept").changed == 1
    assert Sample.objects.get(pk=suggestions[0].sample_id).answer.value == suggestions[0].value
    assert decide(alice, [suggestions[1].pk], "correct", {"tags": [2]}).changed == 1
    assert Sample.objects.get(pk=suggestions[1].sample_id).answer.value == {"tags": [2], "unsure": []}
    Job.request(learnt, JobKind.INSIGHT)
    assert [job.error for job in run_jobs(learnt, JobKind.INSIGHT)] == [""]
    scores = {score["code"]: score for score in read(learnt, "insight")["scores"]}
    assert scores[1]["f1"]["value"] > 0.7
    assert scores[1]["ap"]["low"] <= scores[1]["ap"]["value"] <= scores[1]["ap"]["high"]
    exports.make(learnt, "geojson", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        features = json.loads(archive.read("labels.geojson"))["features"]
    assert len(features) == 38
    assert {len(feature["properties"]["labels"]) for feature in features} == {0, 1, 2}
    exports.make(learnt, "coco", tmp_path / "coco.zip")
    with zipfile.ZipFile(tmp_path / "coco.zip") as archive:
        told = json.loads(archive.read("annotations.coco.json"))
    assert len(told["images"]) == 38
    assert len(told["annotations"]) == sum(len(feature["properties"]["labels"]) for feature in features)


def test_points_of_insights_tell_every_tag_and_the_advice_speaks_of_tags(learnt: Project, alice) -> None:
    unsure = learnt.samples.filter(state=Sample.State.OPEN).first()
    tag(unsure, alice, 3, unsure=(1,))
    Job.request(learnt, JobKind.INSIGHT)
    assert [job.error for job in run_jobs(learnt, JobKind.INSIGHT)] == [""]
    insights = read(learnt, "insight")
    given, predicted = ({point[0]: point[at] for point in insights["coverage"]["points"]} for at in (5, 6))
    for sample in one_of_each(learnt)[:36]:
        assert given[sample.pk] == [int(code in true_tags(sample)) for code in insights["codes"]]
    assert given[unsure.pk] == [-1, 0, 1]
    assert sum(said is not None for said in given.values()) == 37
    assert all(len(said) == 3 and 0 <= min(said) and max(said) <= 100 for said in predicted.values())
    bins = insights["reliability"]["bins"]
    assert sum(part["count"] for part in bins) == pytest.approx(12, abs=0.1)
    assert all(part["low"] <= part["value"] <= part["high"] for part in bins)
    assert "tags are on fewer than 20 tiles." in " ".join(insights["advice"]["reasons"])


def test_a_wrong_tag_is_suspected(learnt: Project, alice: AbstractBaseUser) -> None:
    sample = next(sample for sample in one_of_each(learnt)[12:36] if true_class(sample) == 2)
    tag(sample, alice, 1)
    run_jobs(learnt, JobKind.REFIT)
    Job.request(learnt, JobKind.INSIGHT)
    run_jobs(learnt, JobKind.INSIGHT)
    suspects = read(learnt, "quality")["suspects"]
    assert (sample.pk, 1, 1, 0) in [
        (item["sample"], item["tag"], item["given"], item["suggested"]) for item in suspects
    ]


def test_a_tag_that_came_later_was_not_told_before(learnt: Project, alice: AbstractBaseUser) -> None:
    from annotation.learning.snapshot import take_snapshot
    from annotation.tasks.tags.table import table_of

    added = add_class(learnt, name="Clouds")
    later = learnt.samples.filter(state=Sample.State.OPEN).first()
    tag(later, alice, added.code)
    snapshot = take_snapshot(learnt, learnt.rounds.first().encoder)
    table = table_of(snapshot.training, np.array([1, 2, 3, added.code]))
    assert set(table[:-1, 3].tolist()) == {-1}
    assert table[-1].tolist() == [0, 0, 0, 1]
