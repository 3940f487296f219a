"""Objects: what the kinds of label share that name single objects on a tile, each with a class and a place."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Q
from django.db.models.expressions import Combinable

from annotation.errors import BadAnswer, BadSettings
from annotation.models import Annotation, Project, Sample
from annotation.tasks.content import Content, Value, classes_in_use
from annotation.tasks.objects.columns import classes_of, value_above
from annotation.tasks.objects.hearing import areas_of, heard_things, things_in
from annotation.tasks.objects.matching import apart
from annotation.tasks.objects.reading import Reader
from annotation.tasks.protocol import TABLES, Correction, Task
from annotation.tasks.thing import Thing, in_use, things_of
from annotation.tasks.told import Heard, Told

if TYPE_CHECKING:
    from annotation.tasks.explainer import Explainer
    from annotation.tasks.objects.learner import ObjectLearner
    from annotation.truth import Truth

THRESHOLD = 0.5  # of a score, from which on a suggested object counts
_ALIKE = 0.2  # of the objects that either names, that may be in one label only where two people agree
_OF_ONE_CLASS_A_TILE = {"margin", "entropy", "least_confidence", "badge", "margin_cluster", "rare_class", "change"}


class Objects(Task):
    """A list of objects: {"boxes": [...]} or {"points": [...]}; an empty one says that there is none."""

    boxed: ClassVar[bool]  # whether objects have sides
    noun: ClassVar[str]  # what people call one

    fewest_classes = 1
    first_fit = "three objects"
    comparable = "three objects on each of several tiles"
    needs_maps = True
    names_objects = True
    draws_where_unsure = False  # what a model overlooks, it is sure of
    learning = "object-detection"
    formats = TABLES | {"coco"}
    columns = {"labels": list, "names": list, "objects": int}
    strategy_words = {"boxes": "Doubt about single objects", "auto": "Automatic: coverage first, then doubtful objects"}

    # Options

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the threshold of scores, and what else the kind has, checked."""
        wanted = self.default_options()
        if extra := sorted(set(map(str, options)) - set(wanted)):
            raise BadSettings(f"Projects of {self.name} have no option {', '.join(extra)}; {', '.join(wanted)} are.")
        told = {**wanted, **options}
        threshold = told["threshold"]
        if not isinstance(threshold, int | float) or isinstance(threshold, bool) or not 0 < threshold < 1:
            raise BadSettings(f"The threshold of scores is a number between 0 and 1, not {str(threshold)[:40]}.")
        return told | {"threshold": float(threshold)}

    def default_options(self) -> dict[str, Any]:
        """Return the options of a project that states none."""
        return {"threshold": THRESHOLD}

    def option(self, project: Project, name: str) -> Any:  # noqa: ANN401 (each option has a type of its own)
        """Return an option of a project."""
        return {**self.default_options(), **project.task_options}[name]

    def radius(self, project: Project) -> float | None:
        """Return how far a point may lie from the truth, in px of a tile; None where objects have sides."""
        return None

    def is_rotated(self, project: Project) -> bool:
        """Return whether objects may be turned."""
        return False

    # What people say

    def read(self, sample: Sample, value: Value) -> Content:
        """Return the objects that somebody sends, in their order."""
        if set(value) != {self.name}:
            raise BadAnswer(f"Send {{{self.name!r}: [...]}}, an empty list for none, or skip the tile.")
        reader = self._reader(sample.project, sample.tile.grid.tile_px)
        return self.content(sample.project, reader.read(value[self.name]))

    def hear(self, project: Project, told: Told) -> Heard | None:
        """Return the objects that a file names, or what is around its areas; an empty list where it says none."""
        objects = told.objects
        if objects is None:
            things = heard_things(told, boxed=self.boxed, rotated=self.is_rotated(project))
            objects = self.value(things)[self.name]
        return Heard(self.content(project, self._reader(project, told.side).read(list(objects))))

    def simulate(self, truth: "Truth", sample: Sample) -> Value | None:
        """Return each connected area of the truth as an object."""
        shapes = areas_of(truth.mask(sample))
        return self.value(things_in(shapes, boxed=self.boxed, rotated=self.is_rotated(sample.project)))

    def _reader(self, project: Project, side: int) -> Reader:
        names = {each.code: each.name for each in project.all_classes()}
        usable = {code: names[code] for code, now in project.codes_in_use().items() if code == now}
        return Reader(self.noun, self.boxed, self.is_rotated(project), side, usable)

    def content(self, project: Project, things: Sequence[Thing]) -> Content:
        """Return what objects say, with the commonest class."""
        commonest = Counter(thing.code for thing in things).most_common(1)
        labels = classes_in_use(project, [code for code, _ in commonest])
        return Content(self.value(things), next(iter(labels.values()), None))

    def value(self, things: Sequence[Thing]) -> dict[str, Any]:
        """Return objects as a value."""
        return {self.name: [thing.to_dict(boxed=self.boxed) for thing in things]}

    def objects(self, value: Value) -> list[Thing]:
        """Return the objects of a value."""
        return things_of(value, self.name)

    def counting(self, project: Project, value: Value) -> list[Thing]:
        """Return the objects of a suggestion that count: those that the model is sure enough of."""
        least = self.option(project, "threshold")
        return [thing for thing in self.objects(value) if thing.score is None or thing.score >= least]

    def accepted(self, project: Project, value: Value) -> dict[str, Any]:
        """Return the objects that count."""
        return self.value(self.counting(project, value))

    def accepted_column(self, project: Project) -> Combinable:
        """Return the same, as a column."""
        return value_above(self.name, self.option(project, "threshold"))

    def same(self, one: Value, other: Value) -> bool:
        """Return whether both name the very same objects, in whatever order."""
        first, second = (sorted(thing.shape + (thing.code,) for thing in self.objects(each)) for each in (one, other))
        return first == second and (self.name in one) == (self.name in other)

    def agree(self, project: Project, one: Value, other: Value) -> bool:
        """Return whether nearly all objects that either names are in both."""
        wrong = self.wrongness(project, one, other)
        return wrong is not None and wrong <= _ALIKE

    def text(self, value: Value, names: Mapping[int, str]) -> str:
        """Return how many of each class there are."""
        if self.name not in value:
            return ""
        counts = Counter(thing.code for thing in self.objects(value) if thing.score is None or thing.score >= THRESHOLD)
        return ", ".join(f"{number} {names.get(code, code)}" for code, number in counts.most_common()) or "none"

    def correct(self, said: Annotation, correction: Correction) -> Value:
        """Return the objects that a reviewer draws instead."""
        if not correction.get("value"):
            raise BadAnswer("Objects are corrected by drawing: open the tile in the labelling view.")
        return super().correct(said, correction)

    # What is known of a project's labels

    def is_ready(self, project: Project) -> bool:
        """Return whether three objects were named."""
        return (
            sum(len(self.objects(value)) for value in self.taught(project).values_list("value", flat=True)[:500]) >= 3
        )

    def agreement(self, project: Project) -> dict[str, Any]:
        """Return which share of the objects that people name on the same audits they name alike."""
        from annotation.tasks.objects.agreement import agreement

        return agreement(self, project)

    def disputes(self, project: Project) -> list[dict[str, Any]]:
        """Return the samples on which people name other objects."""
        from annotation.tasks.objects.agreement import disputes

        return disputes(self, project)

    def habits(self, project: Project) -> list[dict[str, Any]]:
        """Return nothing: that most objects are of one class is no habit."""
        return []

    # What a model says

    def codes(self, value: Value) -> list[int]:
        """Return the classes of the objects, each once."""
        return sorted({thing.code for thing in self.objects(value)})

    def naming(self, code: int, path: str = "") -> Q:
        """Return the condition that a row names an object of this class."""
        return Q(**{f"{path}value__{self.name}__contains": [{"class": code}]})

    def named_column(self, path: str = "") -> Combinable:
        """Return the classes of the objects, one entry an object."""
        return classes_of(self.name, path)

    @property
    def learner(self) -> "type[ObjectLearner]":
        """Return the head on feature maps."""
        raise NotImplementedError

    @property
    def explainer(self) -> "type[Explainer]":
        """Return what the pages of insights and quality show."""
        from annotation.tasks.objects.explainer import ObjectExplainer

        return type("Explainer", (ObjectExplainer,), {"task": self})

    def wrongness(self, project: Project, truth: Value, value: Value) -> float | None:
        """Return which share of the objects that either names is in one of them only (Jaccard distance).

        It is never less than the share of wrong ones among those that `value` names, so a promise on it holds for
        those, too.
        """
        if self.name not in truth or self.name not in value:
            return None
        codes = project.codes_in_use()
        right, given = in_use(self.objects(truth), codes), in_use(self.counting(project, value), codes)
        return apart(right, given, radius=self.radius(project))

    def hide(self, insights: Mapping[str, Any], waiting: set[int]) -> dict[str, Any]:
        """Leave the mistakes on samples out that wait by now."""
        mistakes = [each for each in insights.get("mistakes", []) if each["sample"] not in waiting]
        return {**insights, "mistakes": mistakes}

    def refusal(self, project: Project, strategy: str) -> str:
        """Return what lacks for strategies that go by the one class of a tile."""
        if strategy == "boxes":
            return ""
        return "one class for each tile" if strategy in _OF_ONE_CLASS_A_TILE else super().refusal(project, strategy)

    # What leaves the house

    def says_nothing(self, value: Value) -> bool:
        """Return whether no object is there."""
        return not value.get(self.name)

    def properties(self, value: Value, codes: Mapping[int, int], names: Mapping[int, str]) -> dict[str, Any]:
        """Return the classes of the objects and how many there are."""
        things = self.objects(value)
        given = sorted({codes.get(thing.code, thing.code) for thing in things})
        return {"labels": given, "names": [names.get(code) for code in given], "objects": len(things)}
