"""The protocol of a kind of label: all that depends on what a label of the project says.

A kind is one object of a subclass of `Task`, registered in `annotation.tasks.TASKS`. What only workers need stands in
its `Learner`, which may load heavy libraries and is imported when it is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from numpy.typing import NDArray

from annotation.errors import BadAnswer, BadSettings
from annotation.models import Annotation, Project, Sample
from annotation.models.projects import Scope
from annotation.tasks.content import Content, Value
from annotation.tasks.told import Heard, Told
from mlcore.query import NEEDS

if TYPE_CHECKING:
    from shapely import Polygon

    from annotation.tasks.explainer import Explainer
    from annotation.tasks.learner import Learner
    from annotation.tasks.thing import Thing
    from annotation.truth import Truth
    from mlcore.readers.lassos import Lasso

Region = tuple[int, NDArray[np.bool_] | None]  # a class code, and the pixels [H, W] that have it; None: the whole tile

Correction = Mapping[str, Any]  # what a reviewer sends to relabel: `value`, or `label` with the `area` it is for


# exports that hold whatever a label says
TABLES = frozenset(
    {"project", "release", "geojson", "geopackage", "geoparquet", "csv", "embeddings", "stac", "croissant"}
)


class Task:
    """What labels of one kind say, and everything that follows from that."""

    name: ClassVar[str]
    title: ClassVar[str]  # a few words
    about: ClassVar[str]  # a sentence for whoever makes a project
    fewest_classes: ClassVar[int] = 2  # that a project is made with; 0 where labels name no class
    first_fit: ClassVar[str] = "samples of two classes"  # what must be labelled before a model can be fitted
    comparable: ClassVar[str] = "3 of each of two classes"  # what labels must be, besides many, to fold them
    reserved_keys: ClassVar[str] = "subcxfh"  # skip, unsure, take back, bands, bare, fit, hide; and a kind's own
    needs_maps: ClassVar[bool] = False  # whether heads learn from feature maps, not from vectors alone
    draws_where_unsure: ClassVar[bool] = True  # whether audits may be drawn by the confidence of the newest fit
    compares_modalities: ClassVar[bool] = False  # whether its learner tells where they disagree
    compared_as_classes: ClassVar[bool] = False  # whether encoders are compared by the library's model selection
    formats: ClassVar[frozenset[str]] = TABLES | {"coco", "masks", "folders"}  # exports that can hold it
    learning: ClassVar[str] = "classification"  # what is learnt from it, in the words of catalogues of data sets
    columns: ClassVar[Mapping[str, type]] = {"label": int, "name": str}  # of tables: what `properties` tells, by name
    nodata: ClassVar[float] = 0.0  # of a raster of a scene where nothing is said; NaN: its pixels are real numbers
    class_says_all: ClassVar[bool] = False  # whether a class's code alone is an answer, such as to correct many at once
    strategy_words: ClassVar[Mapping[str, str]] = {}  # titles of strategies that mean something else here

    @property
    def script(self) -> str:
        """Return the ES module of its half of the pages, below the static files."""
        return f"webapp/js/tasks/{self.name}.js"

    @property
    def template(self) -> str:
        """Return the template of its half of the pages."""
        return f"webapp/tasks/{self.name}.html"

    def describe(self, project: Project) -> dict[str, Any]:
        """Return what pages are told of it, ready for JSON."""
        return {"name": self.name, "title": self.title, "options": project.task_options}

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the project's settings of this kind, checked.

        Raises:
            BadSettings: a setting is missing, unknown or out of its range.
        """
        if options:
            raise BadSettings(f"Projects of {self.name} take no options of their own; leave {', '.join(options)} out.")
        return {}

    # What people say

    def read(self, sample: Sample, value: Value) -> Content:
        """Return what somebody says of a sample, checked.

        Raises:
            BadAnswer: it is no answer of this kind.
            UnknownClass: it names a class that the project has not, or no longer uses.
        """
        raise NotImplementedError

    def same(self, one: Value, other: Value) -> bool:
        """Return whether two values say the very same, so that the second is a repetition."""
        return one == other

    def agree(self, project: Project, one: Value, other: Value) -> bool:
        """Return whether two people's values count as one opinion."""
        return self.same(one, other)

    def settle(self, project: Project, answers: Sequence[Annotation]) -> Annotation | None:
        """Return the answer that more people gave than any other, the latest of theirs; None where they disagree."""
        groups: list[list[Annotation]] = []
        for answer in sorted(answers, key=lambda answer: -answer.pk):
            group = next((group for group in groups if self._says_as(project, group[0], answer)), None)
            groups.append([answer]) if group is None else group.append(answer)
        groups.sort(key=len, reverse=True)
        if not groups or (len(groups) > 1 and len(groups[0]) == len(groups[1])):
            return None
        return groups[0][0]

    def _says_as(self, project: Project, one: Annotation, other: Annotation) -> bool:
        both = {one.verdict, other.verdict}
        return len(both) == 1 and (Annotation.Verdict.LABEL not in both or self.agree(project, one.value, other.value))

    def text(self, value: Value, names: Mapping[int, str]) -> str:
        """Return a value in words; `names` are the classes' by code."""
        raise NotImplementedError

    def correct(self, said: Annotation, correction: Correction) -> Value:
        """Return the value that a reviewer gives instead of an annotation's.

        Raises:
            BadAnswer: it is no other one.
        """
        value: Value | None = correction.get("value")
        if not value:
            raise BadAnswer("Say what is right instead.")
        if self.same(said.value, value):
            raise BadAnswer("The tile has this label already; keep it instead.")
        return value

    def simulate(self, truth: "Truth", sample: Sample) -> Value | None:
        """Return what somebody who knows the truth sends for a sample; None where nothing is known."""
        raise NotImplementedError

    def hear(self, project: Project, told: Told) -> Heard | None:
        """Return the answer in what a file says of a tile; None where its areas cover too little of it.

        Raises:
            BadAnswer, UnknownClass: it is no answer of this kind.
        """
        raise NotImplementedError

    def accepted(self, project: Project, value: Value) -> Value:
        """Return what a label says that takes a suggestion over."""
        return value

    def accepted_column(self, project: Project) -> Combinable:
        """Return the same, as a column of suggestions."""
        return F("value")

    # What is known of a project's labels

    def taught(self, project: Project) -> QuerySet[Annotation]:
        """Return the labels that people gave a model to learn from: no audits."""
        labels = Annotation.objects.filter(sample__project=project, current=True, verdict=Annotation.Verdict.LABEL)
        return labels.by_people().filter(sample__audit=None)

    def is_ready(self, project: Project) -> bool:
        """Return whether enough is labelled for a first fit."""
        raise NotImplementedError

    def agreement(self, project: Project) -> dict[str, Any]:
        """Return how far people say the same of audits that several answered, and how each person differs."""
        return {"agreement": {"samples": 0}, "people": []}

    def habits(self, project: Project) -> list[dict[str, Any]]:
        """Return who gives one class nearly always, in plain words."""
        from annotation.agreement.habits import habits

        return habits(project)

    def disputes(self, project: Project) -> list[dict[str, Any]]:
        """Return the labelled samples on which people differ, likeliest mistake first."""
        return []

    # What a model says

    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # by which suggestions can be sorted besides confidence

    def codes(self, value: Value) -> Sequence[int]:
        """Return the codes of the classes that a value names."""
        return ()

    def naming(self, code: int, path: str = "") -> Q:
        """Return the condition that a row at `path` names the class of this code."""
        return Q(**{f"{path}label__code": code})

    def named_column(self, path: str = "") -> Combinable:
        """Return the code of the class that a row at `path` names, as a column; a list where it may name several."""
        return F(f"{path}label__code")

    def sureness(self, project: Project, code: int | None) -> Combinable:
        """Return how sure suggestions are, as a column of theirs; of one class alone where it is asked for."""
        return F("confidence")

    @property
    def learner(self) -> "type[Learner[Any]]":
        """Return what fits, predicts and explains; for workers."""
        raise NotImplementedError

    @property
    def explainer(self) -> "type[Explainer]":
        """Return what the pages of insights and quality show; for workers."""
        from annotation.tasks.explainer import Explainer

        return Explainer

    def wrongness(self, project: Project, truth: Value, value: Value) -> float | None:
        """Return how wrong a value is where a person said `truth`, 0..1; None where they can't be compared.

        Audits, promises, candidates and replayed labels all go by this one notion.
        """
        raise NotImplementedError

    def refusal(self, project: Project, strategy: str) -> str:
        """Return what a project lacks for a query strategy, in words; '' where it may use it."""
        if strategy == "change" and project.scope == Scope.PAIR:
            return ""
        return NEEDS.get(strategy, "")

    def hide(self, insights: Mapping[str, Any], waiting: set[int]) -> dict[str, Any]:
        """Return insights without what its explainer told of samples (ids) that are audits and wait by now."""
        return dict(insights)

    @property
    def map_values(self) -> Mapping[str, Combinable]:
        """Return what maps tell of samples besides classes: `value`, `suggested_value` and `width`, as columns.

        Expressions go from a sample by `answer` and by `said`, the published suggestion.
        """
        return {}

    def obstacle(self, project: Project) -> str:
        """Return why nothing of the project can be accepted by promise, in words; '' where something may be."""
        return ""

    # What leaves the house; `codes` says as which class each code counts, its own where it is not named

    paints: ClassVar[bool] = False  # whether labels speak of areas inside a tile, and not of the whole

    def regions(self, value: Value, codes: Mapping[int, int]) -> Iterator[Region]:
        """Yield the classes that a label names, each with its pixels."""
        yield from ()

    names_objects: ClassVar[bool] = False  # whether labels name single objects inside a tile
    points: ClassVar[bool] = False  # whether these are points, without an extent

    def objects(self, value: Value) -> "Sequence[Thing]":
        """Return the objects that a label names."""
        return ()

    def drawn(self, value: Value, codes: Mapping[int, int]) -> "Mapping[int, Sequence[Polygon]]":
        """Return what was drawn of each class with corners, in pixels of the tile; it says what `regions` say."""
        return {}

    def lassos(self, value: Value, codes: Mapping[int, int], scene: int) -> "Sequence[Lasso]":
        """Return what a label says of single returns of a cloud; it wins over what `regions` say of their place."""
        return ()

    def says_nothing(self, value: Value) -> bool:
        """Return whether a label says that nothing of what the project looks for is there."""
        return False

    def shared_properties(self, project: Project) -> dict[str, Any]:
        """Return what all labels of a project have in common, as properties of each feature."""
        return {}

    def properties(self, value: Value, codes: Mapping[int, int], names: Mapping[int, str]) -> dict[str, Any]:
        """Return what a label says of a whole tile, as properties of a feature."""
        raise NotImplementedError

    def pixel(self, value: Value, codes: Mapping[int, int]) -> float:
        """Return what one pixel says that stands for a whole tile in a raster of a scene."""
        raise NotImplementedError


def without_tiles(insights: Mapping[str, Any], waiting: set[int]) -> dict[str, Any]:
    """Return insights whose table of confusion shows none of these samples."""
    confusion = insights.get("confusion")
    if not confusion:
        return dict(insights)
    tiles = {cell: [pk for pk in members if pk not in waiting] for cell, members in confusion["tiles"].items()}
    return {**insights, "confusion": {**confusion, "tiles": tiles}}
