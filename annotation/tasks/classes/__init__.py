"""Classes: one class a tile."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from annotation.errors import BadAnswer
from annotation.models import Annotation, Project, Sample
from annotation.models.projects import Scope
from annotation.tasks.content import Content, Value, classes_in_use, only
from annotation.tasks.protocol import Correction, Region, Task, without_tiles
from annotation.tasks.told import Heard, Told

if TYPE_CHECKING:
    from annotation.tasks.explainer import Explainer
    from annotation.tasks.learner import Learner
    from annotation.truth import Truth


class Classes(Task):
    """One class a tile: {"class": code}."""

    name = "classes"
    class_says_all = True
    title = "One class a tile"
    about = "Each tile gets the one class that fits it best: land cover, scene types, damage levels."
    compared_as_classes = True
    formats = Task.formats | {"mosaics", "laz"}
    compares_modalities = True

    def read(self, sample: Sample, value: Value) -> Content:
        """Return the class that somebody gives a sample."""
        if not value:
            raise BadAnswer("Choose a class, or skip the tile.")
        if "mask" in value:
            raise BadAnswer(f"{sample.project} takes one class a tile; leave the mask out.")
        only(value, "class")
        if not isinstance(value["class"], int) or isinstance(value["class"], bool):
            raise BadAnswer(f"A class is named by its code, a whole number, not {str(value['class'])[:40]!r}.")
        label = classes_in_use(sample.project, [value["class"]])[value["class"]]
        return Content({"class": label.code}, label)

    def hear(self, project: Project, told: Told) -> Heard | None:
        """Return the class of the whole tile, or the one that covers enough of it."""
        named = set(told.whole)
        if len(named) > 1:
            raise BadAnswer(f"It names {len(named)} classes, and a tile takes one.")
        if named:
            (code,), share = named, None
        elif told.areas:
            shares = told.shares()
            code = max(shares, key=lambda each: shares[each], default=0)
            share = shares.get(code, 0.0)
            if not told.suffices(share):
                return None
        else:
            raise BadAnswer("It names no class.")
        label = classes_in_use(project, [code])[code]
        return Heard(Content({"class": code}, label), share)

    def text(self, value: Value, names: Mapping[int, str]) -> str:
        """Return the name of the class."""
        return names.get(value.get("class", 0), "")

    def correct(self, said: Annotation, correction: Correction) -> Value:
        """Return the class that a reviewer gives instead."""
        value = {"class": correction["label"]} if correction.get("label") else super().correct(said, correction)
        if said.label and said.label.code == value["class"]:
            raise BadAnswer(f"The tile has the class {said.label} already; keep it instead.")
        return value

    def simulate(self, truth: "Truth", sample: Sample) -> Value | None:
        """Return the class that the truth knows."""
        code = truth.code(sample)
        return {"class": code} if code else None

    def is_ready(self, project: Project) -> bool:
        """Return whether two classes are labelled."""
        return self.taught(project).order_by().values("label").distinct()[:2].count() >= 2

    def agreement(self, project: Project) -> dict[str, Any]:
        """Return Krippendorff's alpha of classes."""
        from annotation.tasks.classes.agreement import agreement

        return agreement(project)

    def disputes(self, project: Project) -> list[dict[str, Any]]:
        """Return the samples to which people gave different classes."""
        from annotation.tasks.classes.agreement import disputes

        return disputes(project)

    def codes(self, value: Value) -> list[int]:
        """Return the one class."""
        return [value["class"]] if "class" in value else []

    @property
    def learner(self) -> "type[Learner[Any]]":
        """Return the light head on vectors."""
        from annotation.tasks.classes.learner import ClassLearner

        return ClassLearner

    @property
    def explainer(self) -> "type[Explainer]":
        """Return what the pages of insights and quality show."""
        from annotation.tasks.classes.explainer import ClassExplainer

        return ClassExplainer

    def wrongness(self, project: Project, truth: Value, value: Value) -> float | None:
        """Return 1 where the class is another one."""
        codes = project.codes_in_use()
        right, given = codes.get(truth.get("class", 0)), codes.get(value.get("class", 0))
        return None if right is None or given is None else float(right != given)

    def refusal(self, project: Project, strategy: str) -> str:
        """Return what lacks for 'change', the second of two classes, and for modalities that may disagree."""
        if strategy == "modality_disagreement":
            return "" if project.pk and project.scenes.omittable() else "imagery of two modalities or sensors"
        if strategy != "change" or project.scope == Scope.PAIR:
            return super().refusal(project, strategy)
        in_use = len(set(project.codes_in_use().values())) if project.pk else 0
        return (
            ""
            if in_use == 2
            else f"a pair of epochs, or exactly two classes, the second of which is change; here are {in_use}"
        )

    def obstacle(self, project: Project) -> str:
        """Return that one class is no choice."""
        if len(set(project.codes_in_use().values())) < 2:
            return "Only one class is in use: every label would be right, and a promise says nothing."
        return ""

    def hide(self, insights: Mapping[str, Any], waiting: set[int]) -> dict[str, Any]:
        """Leave samples out of the tiles of a cell of the table."""
        return without_tiles(insights, waiting)

    def regions(self, value: Value, codes: Mapping[int, int]) -> Iterator[Region]:
        """Yield the class of the whole tile."""
        yield codes.get(value["class"], value["class"]), None

    def properties(self, value: Value, codes: Mapping[int, int], names: Mapping[int, str]) -> dict[str, Any]:
        """Return code and name of the class."""
        code = codes.get(value["class"], value["class"])
        return {"label": code, "name": names.get(code)}

    def pixel(self, value: Value, codes: Mapping[int, int]) -> float:
        """Return the class code."""
        return codes.get(value["class"], value["class"])
