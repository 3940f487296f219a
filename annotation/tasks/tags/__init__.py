"""Tags: any number of labels a tile, none of them included."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import models
from django.db.models import FloatField, Q
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Greatest

from annotation.errors import BadAnswer
from annotation.models import Annotation, Project, Sample
from annotation.tasks.content import Content, Value, classes_in_use, only
from annotation.tasks.protocol import TABLES, Correction, Region, Task
from annotation.tasks.told import Heard, Told

if TYPE_CHECKING:
    from annotation.tasks.explainer import Explainer
    from annotation.tasks.learner import Learner
    from annotation.truth import Truth

NAMES = ("tags", "unsure")  # of a value's entries
_SEEN = 0.05  # of a tile's pixels, from which on somebody who knows the truth gives a tag
_OF_ONE_CLASS_A_TILE = {"margin", "entropy", "least_confidence", "badge", "rare_class", "change"}


class Tags(Task):
    """Several labels a tile: {"tags": [codes], "unsure": [codes that nobody could tell]}; both empty: none of these."""

    name = "tags"
    title = "Several labels a tile"
    about = "Each tile gets whatever is in it: water, roads, crops; none of them is an answer, too."
    first_fit = "some tiles with a tag and some without it"
    comparable = "some with a tag and some without it"
    formats = TABLES | {"coco"}
    columns = {"labels": list, "names": list, "unsure": list}
    reserved_keys = Task.reserved_keys + "n"  # none of these

    def read(self, sample: Sample, value: Value) -> Content:
        """Return the tags that somebody gives a sample, in rising order."""
        if not value:
            raise BadAnswer("Say which tags the tile has, an empty list for none of them, or skip the tile.")
        only(value, "tags", optional=["unsure"])
        given, unsure = (_codes(value.get(name, []), name) for name in NAMES)
        if both := sorted(set(given) & set(unsure)):
            raise BadAnswer(f"Tag {both[0]} is both given and not to be told; say one of them.")
        labels = classes_in_use(sample.project, [*given, *unsure])
        return Content({"tags": given, "unsure": unsure}, labels[given[0]] if given else None)

    def hear(self, project: Project, told: Told) -> Heard | None:
        """Return the classes that are named, and those whose areas cover a twentieth of the tile or more."""
        shares = told.shares() if told.areas else {}
        given = sorted({*told.whole, *(code for code, share in shares.items() if share >= _SEEN)})
        unsure = sorted(set(told.unsure) - set(given))
        if not given and not unsure and not told.none:
            if told.areas:
                return None
            raise BadAnswer("It names no tag, and does not say that there is none.")
        labels = classes_in_use(project, [*given, *unsure])
        content = Content({"tags": given, "unsure": unsure}, labels[given[0]] if given else None)
        return Heard(content, max(shares.values(), default=None))

    def same(self, one: Value, other: Value) -> bool:
        """Return whether both name the very same tags."""
        return all(one.get(name, []) == other.get(name, []) for name in NAMES)

    def agree(self, project: Project, one: Value, other: Value) -> bool:
        """Return whether both say the same of every tag that both could tell."""
        return self.wrongness(project, one, other) == 0.0

    def text(self, value: Value, names: Mapping[int, str]) -> str:
        """Return the names of the tags."""
        if "tags" not in value:
            return ""
        given = ", ".join(str(names.get(code, code)) for code in value["tags"]) or "None of these"
        unsure = ", ".join(str(names.get(code, code)) for code in value.get("unsure", []))
        return f"{given} (cannot tell: {unsure})" if unsure else given

    def correct(self, said: Annotation, correction: Correction) -> Value:
        """Return the tags that a reviewer gives instead: all of them, or those there are with one taken in or out."""
        if correction.get("value"):
            return super().correct(said, correction)
        code = correction.get("label")
        if code is None:
            raise BadAnswer("Say which tag is wrong or missing.")
        codes = said.sample.project.codes_in_use()
        given, unsure = ({codes[each] for each in said.value.get(name, []) if each in codes} for name in NAMES)
        return {"tags": sorted(given ^ {code}), "unsure": sorted(unsure - {code})}

    def simulate(self, truth: "Truth", sample: Sample) -> Value | None:
        """Return the classes that cover a twentieth of the tile or more."""
        mask = truth.mask(sample)
        codes, pixels = np.unique(mask[mask > 0], return_counts=True)
        return {"tags": codes[pixels >= _SEEN * mask.size].tolist(), "unsure": []} if len(codes) else None

    def is_ready(self, project: Project) -> bool:
        """Return whether some tag is on some tile and not on another."""
        values = list(self.taught(project).values_list("value", flat=True)[:500])
        sets = [frozenset(value.get("tags", [])) for value in values]
        return len(set(sets)) > 1

    def codes(self, value: Value) -> Sequence[int]:
        """Return the tags that are given."""
        return list(value.get("tags", []))

    def naming(self, code: int, path: str = "") -> Q:
        """Return the condition that a row gives this tag."""
        return Q(**{f"{path}value__tags__contains": [code]})

    def named_column(self, path: str = "") -> Combinable:
        """Return the tags that are given."""
        return KeyTransform("tags", f"{path}value")

    def sureness(self, project: Project, code: int | None) -> Combinable:
        """Return the chance of the tag that is asked for; of tags that were merged into it, the most."""
        merged = [str(old) for old, now in project.codes_in_use().items() if now == code]
        if not merged:
            return super().sureness(project, code)
        said = KeyTransform("chances", "details")
        chances = [Cast(KeyTextTransform(name, said), FloatField()) for name in merged]
        return Greatest(*chances, models.Value(0.0, FloatField()))  # 0 where the model does not know the tag

    def agreement(self, project: Project) -> dict[str, Any]:
        """Return Krippendorff's alpha, tag by tag."""
        from annotation.tasks.tags.agreement import agreement

        return agreement(project)

    def habits(self, project: Project) -> list[dict[str, Any]]:
        """Return nothing: a tag that nearly all tiles have is no habit."""
        return []

    def disputes(self, project: Project) -> list[dict[str, Any]]:
        """Return the samples on which people differ about a tag."""
        from annotation.tasks.tags.agreement import disputes

        return disputes(project)

    @property
    def learner(self) -> "type[Learner[Any]]":
        """Return one yes or no for each tag, on vectors."""
        from annotation.tasks.tags.learner import TagLearner

        return TagLearner

    @property
    def explainer(self) -> "type[Explainer]":
        """Return what the pages of insights and quality show."""
        from annotation.tasks.tags.explainer import TagExplainer

        return TagExplainer

    def wrongness(self, project: Project, truth: Value, value: Value) -> float | None:
        """Return which share of the tags that either names is wrong or missing (Jaccard distance).

        It is never less than the share of wrong tags among those given, so a promise on it holds for those, too. What
        the person could not tell counts neither way.
        """
        if "tags" not in truth or "tags" not in value:
            return None
        codes = project.codes_in_use()
        unsure = {codes.get(code) for each in (truth, value) for code in each.get("unsure", [])}
        right, given = ({codes[code] for code in each["tags"] if code in codes} - unsure for each in (truth, value))
        return len(right ^ given) / len(right | given) if right | given else 0.0

    def refusal(self, project: Project, strategy: str) -> str:
        """Return what lacks for strategies that go by the one class of a tile."""
        if strategy == "tags":
            return ""
        return "one class for each tile" if strategy in _OF_ONE_CLASS_A_TILE else super().refusal(project, strategy)

    @property
    def map_values(self) -> Mapping[str, Combinable]:
        """Return the tags, and the suggested ones."""
        return {"value": KeyTransform("tags", "answer__value"), "suggested_value": KeyTransform("tags", "said__value")}

    def says_nothing(self, value: Value) -> bool:
        """Return whether no tag is given, and none is in doubt."""
        return not value.get("tags") and not value.get("unsure")

    def regions(self, value: Value, codes: Mapping[int, int]) -> Iterator[Region]:
        """Yield each tag of the whole tile."""
        for code in sorted({codes.get(code, code) for code in value["tags"]}):
            yield code, None

    def properties(self, value: Value, codes: Mapping[int, int], names: Mapping[int, str]) -> dict[str, Any]:
        """Return codes and names of the tags, and of those that nobody could tell."""
        given, unsure = (sorted({codes.get(code, code) for code in value.get(name, [])}) for name in NAMES)
        return {"labels": given, "names": [names.get(code) for code in given], "unsure": unsure}


def _codes(codes: Any, name: str) -> list[int]:
    """Return class codes in rising order.

    Raises:
        BadAnswer: they are no list of whole numbers, or one is there twice.
    """
    if not isinstance(codes, list) or any(not isinstance(code, int) or isinstance(code, bool) for code in codes):
        raise BadAnswer(f"{name!r} is a list of tags by their codes, whole numbers, not {str(codes)[:60]}.")
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise BadAnswer(f"Tag {twice} is in {name!r} twice; name each once.")
    return sorted(codes)
