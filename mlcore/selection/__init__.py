"""Model selection: with the few labels so far, which encoder and which head serve a project best, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mlcore.encoders import AnyEncoder, get_encoder
from mlcore.errors import BadFeatures
from mlcore.heads import Lesson
from mlcore.samples import Sample
from mlcore.selection.comparison import Comparison, Row
from mlcore.selection.conclusion import conclude
from mlcore.selection.evidence import gather
from mlcore.selection.folds import Rows, Split, blocks, splits
from mlcore.selection.learners import LEARNERS, Features, Learner, get_learner, losses

__all__ = ["LEARNERS", "Comparison", "Row", "compare"]

Progress = Callable[[float, str], None]  # share done 0..1, and what is done now
_EMBEDDING = 0.5  # of the work, in the progress shown


def compare(  # noqa: PLR0913 - what is compared, on what, and how labels are held out
    samples: Sequence[Sample],
    labels: NDArray[np.generic],
    *,
    encoders: Sequence[str | AnyEncoder],
    heads: Sequence[str] = (),
    groups: NDArray[np.integer] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Comparison:
    """Compare encoders and heads on the labels so far and choose the simplest that is about as good as the best.

    Every candidate is fitted and judged on the same splits, 3 x 5-fold, in which neighbours stay together.

    Args:
        samples: the labelled ones, N.
        labels: int [N], classes; or float [N], amounts.
        encoders: specs or encoders, from the simplest to the most demanding: of equals the earlier is taken.
        heads: names out of LEARNERS, of classes or of amounts; none takes the one that projects use.
        groups: int [N]; rows of a group are never on both sides. None: blocks of ground where places are known.
        seed: of splits and draws.
        progress: called with the share done and what is done.

    Raises:
        BadFeatures: shapes don't agree, no encoder is given, or none can read the samples.
        NotEnoughLabels: too few labels could be held out and judged.
        UnknownName: no such encoder or head.
        BadCheckpoint: the weights of an encoder can't be read.
    """
    targets = _targets(samples, labels)
    kind = "amount" if targets.dtype.kind == "f" else "classes"
    names = list(heads) or [next(iter(LEARNERS[kind]))]
    learners = {name: get_learner(kind, name) for name in names}
    grouped, grouping = _grouped(samples, targets, groups)
    task = _Task(targets, grouped, splits(targets, grouped, seed), seed)
    say = progress or (lambda share, what: None)
    embedded = [_embedded(one, samples, say, at / len(encoders)) for at, one in enumerate(encoders)]
    tried = [(replace(seen.row, head=head), seen) for seen in embedded if not seen.row.refusal for head in learners]
    if not tried:
        raise BadFeatures(f"No encoder can read these samples: {'; '.join(seen.row.refusal for seen in embedded)}.")
    measured = []
    with threadpool_limits(1):  # small matrices: threads would wait for each other
        for at, (row, seen) in enumerate(tried):
            say(_EMBEDDING + (1 - _EMBEDDING) * at / len(tried), row.name)
            measured.append(_measured(learners[row.head], seen, task))
    gathered = gather(np.stack(measured, 2), task.parts, targets, grouped)
    refused = [seen.row for seen in embedded if seen.row.refusal]
    return conclude([row for row, _ in tried], refused, gathered, grouping=grouping, seed=seed)


@dataclass(frozen=True)
class _Task:
    """What every candidate has to do."""

    targets: NDArray[np.generic]
    groups: Rows | None
    parts: list[Split]
    seed: int


@dataclass(frozen=True)
class _Seen:
    """What an encoder made of the samples."""

    row: Row
    vectors: Features
    blocks: tuple[slice, ...] = ()  # columns of one kind each, where the encoder tells


def _measured(learner: Learner, seen: _Seen, task: _Task) -> NDArray[np.float64]:
    """Return the losses of one candidate, [repeats, N]; NaN where a row isn't scored."""
    measured = np.full((max(part.repeat for part in task.parts) + 1, len(task.targets)), np.nan)
    for part in task.parts:
        own = None if task.groups is None else task.groups[part.train]
        taught = task.targets[part.train]
        train, test = seen.vectors[part.train], seen.vectors[part.test]
        seed = task.seed + part.repeat
        lesson = Lesson(inputs=train, targets=taught, seed=seed, blocks=seen.blocks, groups=own)
        measured[part.repeat, part.test] = losses(learner, lesson, test, task.targets[part.test])
    return measured


def _targets(samples: Sequence[Sample], labels: NDArray[np.generic]) -> NDArray[np.generic]:
    values = np.asarray(labels)
    if values.shape != (len(samples),) or values.dtype.kind not in "iuf":
        raise BadFeatures(
            f"Need a class code (integers) or an amount (floats) for each of {len(samples)} samples, "
            f"got {values.dtype} {values.shape}."
        )
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise BadFeatures("An amount is NaN or infinite; leave unlabelled samples out.")
    return values.astype(np.float64 if values.dtype.kind == "f" else np.int64)


def _grouped(
    samples: Sequence[Sample], targets: NDArray[np.generic], groups: NDArray[np.integer] | None
) -> tuple[Rows | None, str]:
    if groups is not None:
        codes = np.unique(groups, return_inverse=True)[1].ravel()
        if len(codes) != len(samples):
            raise BadFeatures(f"Need a group for each of {len(samples)} samples, got {len(codes)}.")
        return np.asarray(codes, np.int64), f"{codes.max() + 1} groups"
    member = blocks(samples, targets)
    return (None, "single samples") if member is None else (member, f"{member.max() + 1} blocks of ground")


def _embedded(one: str | AnyEncoder, samples: Sequence[Sample], say: Progress, done: float) -> _Seen:
    encoder = get_encoder(one) if isinstance(one, str) else one
    name = one if isinstance(one, str) and ":" not in one and "/" not in one else encoder.name
    say(_EMBEDDING * done, f"{name} looks at the samples")
    row, nothing = Row(name, "", encoder.digest), np.zeros((0, 0), np.float32)
    for sample in samples:
        if reason := encoder.cannot_read(sample):
            return _Seen(replace(row, refusal=reason), nothing)
    vectors = encoder.embed(samples)
    if not np.isfinite(vectors).all():
        return _Seen(replace(row, refusal="its vectors hold NaN or infinity"), nothing)
    return _Seen(row, vectors, tuple(getattr(encoder, "blocks", {}).values()))
