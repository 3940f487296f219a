"""Submitting: an answer is kept as a version, and refused only when somebody else was faster."""

import base64
from datetime import timedelta
from io import BytesIO

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from annotation.arrays.masks import load_mask, mask_file
from annotation.errors import AlreadyAnswered, BadAnswer, SampleNotOpen, UnknownClass
from annotation.labeling import Answer, retract, submit
from annotation.models import Annotation, Job, Lease, Project, Sample
from mlcore.raster.write import decode_mask_png, encode_mask_png
from tests.pools import make_samples, rank, take


def sent(png: bytes | None) -> dict[str, str]:
    """Return a mask as the labelling page sends it."""
    return {"mask": base64.b64encode(png).decode()} if png is not None else {}


@pytest.fixture
def sample(project: Project) -> Sample:
    """Return one of ten samples."""
    return make_samples(project, 10)[0]


@pytest.fixture
def painted(project: Project, sample: Sample) -> Sample:
    """Return one sample of a segmentation project."""
    project.task = "masks"
    project.save()
    return Sample.objects.get(pk=sample.pk)


def png(value: int = 2, side: int = 32) -> bytes:
    """Return a mask whose northern half has one class."""
    mask = np.zeros((side, side), np.uint8)
    mask[: side // 2] = value
    return encode_mask_png(mask)


def test_it_works(project: Project, bob: AbstractBaseUser, sample: Sample) -> None:
    annotation = submit(sample, bob, Answer(value={"class": 2}, seconds=3.5))
    sample.refresh_from_db()
    assert (sample.state, sample.answer) == (Sample.State.LABELLED, annotation)
    assert (annotation.label.name, annotation.version, annotation.current) == ("Forest", 1, True)
    assert (annotation.provenance, annotation.seconds) == ("human", 3.5)
    assert annotation.schema == project.schemas.first()


def test_a_second_answer_is_a_second_version(bob: AbstractBaseUser, sample: Sample) -> None:
    first = submit(sample, bob, Answer(value={"class": 1}))
    second = submit(sample, bob, Answer(value={"class": 2}))
    first.refresh_from_db()
    sample.refresh_from_db()
    assert (first.current, first.label.code, second.version) == (False, 1, 2)
    assert sample.answer == second


def test_the_same_answer_sent_twice_is_kept_once(bob: AbstractBaseUser, sample: Sample) -> None:
    assert submit(sample, bob, Answer(value={"class": 1})) == submit(sample, bob, Answer(value={"class": 1}))
    assert Annotation.objects.count() == 1


def test_an_expired_lease_loses_nothing(project: Project, bob: AbstractBaseUser, sample: Sample) -> None:
    take(project, bob)
    Lease.objects.update(expires_at=timezone.now() - timedelta(hours=2))
    submit(sample, bob, Answer(value={"class": 1}))
    assert not Lease.objects.exists()


def test_it_is_refused_when_somebody_else_was_faster(
    alice: AbstractBaseUser, bob: AbstractBaseUser, sample: Sample
) -> None:
    theirs = submit(sample, alice, Answer(value={"class": 1}))
    with pytest.raises(AlreadyAnswered, match="alice has answered tile #0 since you opened it: Open water") as refused:
        submit(sample, bob, Answer(value={"class": 2}))
    assert refused.value.theirs == theirs.pk
    assert Annotation.objects.count() == 1


def test_it_is_taken_when_the_author_had_seen_the_other_answer(
    alice: AbstractBaseUser, bob: AbstractBaseUser, sample: Sample
) -> None:
    theirs = submit(sample, alice, Answer(value={"class": 1}))
    mine = submit(sample, bob, Answer(value={"class": 2}, base=theirs.pk))
    sample.refresh_from_db()
    theirs.refresh_from_db()
    assert sample.answer == mine
    assert theirs.current  # both versions stay


def test_it_is_taken_when_the_author_insists(alice: AbstractBaseUser, bob: AbstractBaseUser, sample: Sample) -> None:
    submit(sample, alice, Answer(value={"class": 1}))
    mine = submit(sample, bob, Answer(value={"class": 2}, force=True))
    sample.refresh_from_db()
    assert sample.answer == mine


def test_somebody_elses_skip_is_no_answer(alice: AbstractBaseUser, bob: AbstractBaseUser, sample: Sample) -> None:
    submit(sample, alice, Answer(verdict="skip"))
    submit(sample, bob, Answer(value={"class": 2}))
    sample.refresh_from_db()
    assert sample.state == Sample.State.LABELLED


def test_several_opinions_settle_by_majority(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, carol: AbstractBaseUser, sample: Sample
) -> None:
    project.opinions = 3
    project.save()
    submit(sample, alice, Answer(value={"class": 1}))
    submit(sample, bob, Answer(value={"class": 2}))
    sample.refresh_from_db()
    assert sample.state == Sample.State.OPEN
    submit(sample, carol, Answer(value={"class": 1}))
    sample.refresh_from_db()
    assert (sample.state, sample.answer.label.code) == (Sample.State.LABELLED, 1)


def test_unsure_takes_it_out_of_the_queue(bob: AbstractBaseUser, sample: Sample) -> None:
    annotation = submit(sample, bob, Answer(verdict="unsure", reason=" haze "))
    sample.refresh_from_db()
    assert (sample.state, sample.answer, annotation.reason) == (Sample.State.UNSURE, None, "haze")


def test_an_answer_can_be_taken_back(project: Project, bob: AbstractBaseUser, sample: Sample) -> None:
    submit(sample, bob, Answer(value={"class": 1}))
    assert submit(sample, bob, Answer(verdict="retract")).version == 2
    sample.refresh_from_db()
    assert (sample.state, sample.answer) == (Sample.State.OPEN, None)
    assert Lease.objects.active().get(user=bob).sample == sample
    with pytest.raises(BadAnswer, match="no answer on tile #0"):
        retract(sample, bob)


def test_nobody_takes_back_what_another_said(alice: AbstractBaseUser, bob: AbstractBaseUser, sample: Sample) -> None:
    submit(sample, alice, Answer(value={"class": 1}))
    with pytest.raises(BadAnswer, match="You have no answer"):
        retract(sample, bob)


@pytest.mark.parametrize("code", [0, 9, -1])
def test_an_unknown_class_is_refused_with_the_known_ones(bob: AbstractBaseUser, sample: Sample, code: int) -> None:
    with pytest.raises(UnknownClass, match="1 Open water, 2 Forest, 3 Bare rock"):
        submit(sample, bob, Answer(value={"class": code}))
    assert not Annotation.objects.exists()


def test_a_retired_class_is_unknown(project: Project, bob: AbstractBaseUser, sample: Sample) -> None:
    project.classes.filter(code=2).update(retired=True)
    with pytest.raises(UnknownClass, match="no class 2"):
        submit(sample, bob, Answer(value={"class": 2}))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(), "Choose a class"),
        (Answer(verdict="perhaps"), "Unknown verdict 'perhaps'; choose one of: label, skip, unsure, retract"),
        (Answer(value={"class": 1, **sent(png())}), "takes one class a tile"),
    ],
)
def test_what_does_not_fit_the_task_is_refused(
    bob: AbstractBaseUser, sample: Sample, answer: Answer, message: str
) -> None:
    with pytest.raises(BadAnswer, match=message):
        submit(sample, bob, answer)


def test_an_empty_tile_takes_no_label(bob: AbstractBaseUser, sample: Sample) -> None:
    Sample.objects.update(state=Sample.State.EMPTY)
    with pytest.raises(SampleNotOpen):
        submit(sample, bob, Answer(value={"class": 1}))


@pytest.mark.parametrize(("said", "kept"), [(-5.0, 0.0), (1e9, 3600.0), (float("nan"), 0.0)])
def test_absurd_seconds_are_clipped(bob: AbstractBaseUser, sample: Sample, said: float, kept: float) -> None:
    assert submit(sample, bob, Answer(value={"class": 1}, seconds=said)).seconds == kept


def test_a_partial_mask_is_kept_with_its_counts(bob: AbstractBaseUser, painted: Sample) -> None:
    annotation = submit(painted, bob, Answer(value=sent(png(2))))
    assert (annotation.label.code, annotation.value) == (2, {"mask": annotation.mask, "pixels": {"2": 512}})
    assert load_mask(annotation.mask)[:16].min() == 2
    assert load_mask(annotation.mask)[16:].max() == 0


def test_equal_masks_are_one_file(bob: AbstractBaseUser, alice: AbstractBaseUser, painted: Sample) -> None:
    first = submit(painted, bob, Answer(value=sent(png(2))))
    second = submit(painted, alice, Answer(value=sent(png(2)), force=True))
    assert first.mask == second.mask
    assert len(list(mask_file(first.mask).parent.iterdir())) == 1


def test_a_mask_is_kept_as_it_was_sent_but_without_remarks(bob: AbstractBaseUser, painted: Sample) -> None:
    plain, remarked = BytesIO(), BytesIO()
    Image.fromarray(decode_mask_png(png(2), size=(32, 32))).save(plain, "PNG", compress_level=0)
    kept = submit(painted, bob, Answer(value=sent(plain.getvalue())))
    assert mask_file(kept.mask).read_bytes() == plain.getvalue() != png(2)
    remarks = PngInfo()
    remarks.add_text("Comment", "of a stranger")
    Image.fromarray(decode_mask_png(png(3), size=(32, 32))).save(remarked, "PNG", pnginfo=remarks)
    kept = submit(painted, bob, Answer(value=sent(remarked.getvalue())))
    assert mask_file(kept.mask).read_bytes() == png(3)


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (None, "takes a mask"),
        (png(0), "The mask is empty"),
        (png(2, side=16), "16 x 16 px, the tile has 32 x 32"),
        (b"GIF89a", "not a PNG"),
    ],
)
def test_a_wrong_mask_is_refused(bob: AbstractBaseUser, painted: Sample, mask: bytes | None, message: str) -> None:
    with pytest.raises(BadAnswer, match=message):
        submit(painted, bob, Answer(value=sent(mask)))


def test_a_mask_with_an_unknown_class_is_refused(bob: AbstractBaseUser, painted: Sample) -> None:
    with pytest.raises(UnknownClass, match="no class 77"):
        submit(painted, bob, Answer(value=sent(png(77))))


def test_every_few_answers_ask_for_a_refit(project: Project, bob: AbstractBaseUser, sample: Sample) -> None:
    samples = list(project.samples.all())
    rank(project, samples, classes=2)
    for at, one in enumerate(samples[:5]):
        assert Job.objects.count() == 0, at
        submit(one, bob, Answer(value={"class": 1}))
    assert Job.objects.get().kind == "refit"


def test_the_first_two_classes_ask_for_a_refit_at_once(project: Project, bob: AbstractBaseUser, sample: Sample) -> None:
    rank(project, list(project.samples.all()))
    first, second = project.samples.filter(audit=None)[:2]
    submit(first, bob, Answer(value={"class": 1}))
    assert not Job.objects.exists()
    submit(second, bob, Answer(value={"class": 2}))
    assert Job.objects.get().kind == "refit"
