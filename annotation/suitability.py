"""Suitability: why an encoder can't serve a project, in words that say what to do, before work is done. No torch."""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Exists, F, OuterRef, QuerySet

from annotation.encoders import Choice, choices, installed, of_words, parted
from annotation.errors import BadSettings
from annotation.models import Project, Sample, Scene
from annotation.models.projects import Scope
from annotation.tasks import task_of
from mlcore.encoders.family import Family

_NAMED = 3  # scenes in a sentence


def offered(project: Project) -> list[Choice]:
    """Return the encoders that the project may use, each with what speaks against it here."""
    unread: dict[str, str] = {}  # by family: the same scenes
    return [replace(choice, refusal=_refusal(project, choice, unread)) for choice in choices(project)]


def check_suits(project: Project, key: str) -> None:
    """Refuse an encoder that can't serve a project.

    Raises:
        BadSettings: it gives no maps where masks are learnt, or can't read some tiles; the message says what to do.
    """
    for choice in choices(project):
        if choice.key == key and (reason := _refusal(project, choice, {})):
            raise BadSettings(reason)


def why_fixed(title: str) -> str:
    """Say that an encoder can't be trained here."""
    return f"{title} has no weights that can be tuned here. Choose nano or another encoder of Terrascribe first."


def why_untrained(project: Project, present: Choice | None) -> str:
    """Say why a project's present encoder can't be trained; '' if it can."""
    if project.scope == Scope.PAIR:
        return (
            "Encoders are trained on one picture of a tile, and labels here compare two epochs. Compare encoders, or "
            "train one in a project of the same imagery whose labels speak of the place."
        )
    return why_fixed(present.title) if present and not present.tunable else ""


def _refusal(project: Project, choice: Choice, unread: dict[str, str]) -> str:
    if task_of(project).needs_maps and not choice.maps:
        return f"{choice.title} gives no maps, from which masks are learnt. Choose another encoder."
    if choice.key not in of_words() and _has_words_alone(project):
        return f"{choice.title} reads imagery, of which this project has none. Choose an encoder of words."
    weights = installed().get(parted(choice.key)[0])
    if weights is None:
        return ""
    if weights.family not in unread:
        unread[weights.family] = _unread(project, weights.kind)
    reason = unread[weights.family]
    return f"{choice.title} can't read {reason}" if reason else ""


def _has_words_alone(project: Project) -> bool:
    return project.scenes.filter(asset__kind="posts").exists() and not project.scenes.shown().exists()


def _unread(project: Project, family: Family) -> str:
    """Name the scenes that leave tiles without anything that a family can read; '' if there are none."""
    if family.why_unread is None:
        return ""
    fine, reasons = list[int](), dict[int, str]()
    names: dict[int, str] = {}
    for scene in project.scenes.filter(fault="").shown().select_related("asset").defer("asset__footprint"):
        reason = family.why_unread(scene.get_sensor(), _largest(scene))
        names[scene.pk] = scene.name
        if reason:
            reasons[scene.pk] = reason
        else:
            fine.append(scene.pk)
    tiles = _only_under(project, reasons, fine).count() if reasons else 0
    if not tiles:
        return ""
    some = [names[pk] for pk in reasons][:_NAMED]
    more = f" and {len(reasons) - len(some)} more" if len(reasons) > len(some) else ""
    why = "; ".join(list(dict.fromkeys(reasons.values()))[:_NAMED])
    return (
        f"{', '.join(some)}{more}, and {tiles} tiles show nothing else: {why}. "
        "Choose another encoder, correct the sensor of those scenes if it is wrong, or remove them."
    )


def _largest(scene: Scene) -> float:
    return max((band.maximum for band in scene.asset.statistics()), default=0.0)


def _only_under(project: Project, covering: Iterable[int], others: Iterable[int]) -> QuerySet[Sample]:
    samples = project.samples.exclude(state=Sample.State.EMPTY)
    return samples.filter(Exists(_over(covering))).exclude(Exists(_over(others)))


def _over(scenes: Iterable[int]) -> QuerySet[Scene]:
    """Return those of some scenes whose block holds the outer sample's tile."""
    return Scene.objects.filter(
        pk__in=list(scenes),
        grid=OuterRef("tile__grid"),
        first_column__lte=OuterRef("tile__column"),
        first_column__gt=OuterRef("tile__column") - F("columns"),
        first_row__lte=OuterRef("tile__row"),
        first_row__gt=OuterRef("tile__row") - F("rows"),
    )
