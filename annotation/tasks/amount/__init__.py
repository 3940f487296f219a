"""Amount: a physical quantity of a tile."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import FloatField
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from annotation.errors import BadAnswer
from annotation.models import Annotation, Project, Sample
from annotation.tasks.amount.quantity import Quantity, amount_of, words
from annotation.tasks.content import Content, Value, only
from annotation.tasks.protocol import TABLES, Task
from annotation.tasks.told import Heard, Told

if TYPE_CHECKING:
    from annotation.tasks.explainer import Explainer
    from annotation.tasks.learner import Learner
    from annotation.truth import Truth

_FEWEST = 5  # labelled samples, of two amounts at the least
_SERVE = {
    "auto", "random", "max_herding", "k_center", "typiclust", "unsure", "uncertainty_herding", "margin_cluster",
    "interval_width", "ensemble_spread", "variance_reduction",
}  # fmt: skip


class Amount(Task):
    """A number a tile: {"amount": number, "uncertainty": number or null, "unit": the project's}."""

    name = "amount"
    title = "An amount"
    about = "Each tile gets a number: share of water, fuel moisture, height. You state unit, range and tolerance."
    fewest_classes = 0
    first_fit = f"{_FEWEST} samples of different amounts"
    comparable = "not all of one amount"
    nodata = float("nan")
    formats = TABLES | {"masks"}
    learning = "regression"
    columns = {"amount": float, "uncertainty": float, "name": str, "unit": str}
    orders = {"width": ("details__width", "id"), "-width": ("-details__width", "id")}
    strategy_words = {
        "auto": "Automatic: coverage first, then the tiles whose amounts tell most of all others",
        "unsure": "Doubt: where the interval is widest",
    }

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return name, unit, range, step and tolerance, checked."""
        return Quantity.of(options).to_dict()

    def read(self, sample: Sample, value: Value) -> Content:
        """Return the amount that somebody gives a sample."""
        quantity = quantity_of(sample.project)
        if not value:
            raise BadAnswer(f"Give the amount ({quantity.name}), or skip the tile.")
        only(value, "amount", optional=["uncertainty", "unit"])
        unit = value.get("unit", quantity.unit)
        if unit != quantity.unit:
            ours = f"in {quantity.unit}" if quantity.unit else "without a unit"
            raise BadAnswer(f"{quantity.name} is given {ours} here, not in {str(unit)[:40]!r}; convert it first.")
        uncertainty = quantity.read_uncertainty(value.get("uncertainty"))
        return Content(quantity.value(quantity.read(value["amount"]), uncertainty))

    def hear(self, project: Project, told: Told) -> Heard | None:
        """Return the amount; one in another unit is refused."""
        quantity = quantity_of(project)
        if told.amount is None:
            raise BadAnswer(f"It names no amount ({quantity.name}).")
        if told.unit is not None and told.unit != quantity.unit:
            raise BadAnswer(f"It is given in {str(told.unit)[:40]!r}, here in {quantity.unit!r}; convert it first.")
        uncertainty = quantity.read_uncertainty(told.uncertainty)
        return Heard(Content(quantity.value(quantity.read(told.amount), uncertainty)))

    def same(self, one: Value, other: Value) -> bool:
        """Return whether amount and uncertainty are the very same."""
        return all(one.get(name) == other.get(name) for name in ("amount", "uncertainty"))

    def agree(self, project: Project, one: Value, other: Value) -> bool:
        """Return whether two amounts lie within the tolerance."""
        first, second = amount_of(one), amount_of(other)
        if first is None or second is None:
            return first is second
        return quantity_of(project).near(first, second)

    def settle(self, project: Project, answers: Sequence[Annotation]) -> Annotation | None:
        """Return the middle answer where more than half lie within one tolerance, the later of two; None elsewhere."""
        if any(amount_of(answer.value) is None for answer in answers):  # somebody could not tell
            return super().settle(project, answers)
        ordered = sorted(answers, key=lambda answer: (answer.value["amount"], answer.pk))
        count, quantity = len(ordered), quantity_of(project)
        spans = zip(ordered, ordered[count // 2 :], strict=False)
        if not any(quantity.near(first.value["amount"], last.value["amount"]) for first, last in spans):
            return None
        return max(ordered[(count - 1) // 2], ordered[count // 2], key=lambda answer: answer.pk)

    def text(self, value: Value, names: Mapping[int, str]) -> str:
        """Return the amount with its unit, and what its author doubts."""
        amount, doubt = amount_of(value), value.get("uncertainty")
        if amount is None:
            return ""
        return words(amount, f"± {doubt:.6g} {value.get('unit', '')}" if doubt else value.get("unit", ""))

    def simulate(self, truth: "Truth", sample: Sample) -> Value | None:
        """Return the amount that the truth knows; None where that is nothing, or outside the range."""
        amount, quantity = truth.amount(sample), quantity_of(sample.project)
        return {"amount": amount} if amount is not None and quantity.low <= amount <= quantity.high else None

    def is_ready(self, project: Project) -> bool:
        """Return whether enough different amounts are labelled."""
        said = self.taught(project).order_by("-pk").values_list("value", flat=True)
        amounts = [amount_of(value) for value in said[: 10 * _FEWEST]]
        return len(amounts) >= _FEWEST and len(set(amounts)) > 1

    def agreement(self, project: Project) -> dict[str, Any]:
        """Return the intraclass correlation, and by how much each person differs from the others."""
        from annotation.tasks.amount.agreement import agreement

        return agreement(project)

    def disputes(self, project: Project) -> list[dict[str, Any]]:
        """Return the samples to which people gave amounts further apart than the tolerance."""
        from annotation.tasks.amount.agreement import disputes

        return disputes(project)

    @property
    def learner(self) -> "type[Learner[Any]]":
        """Return the regression on vectors."""
        from annotation.tasks.amount.learner import AmountLearner

        return AmountLearner

    @property
    def explainer(self) -> "type[Explainer]":
        """Return what the pages of insights and quality show."""
        from annotation.tasks.amount.explainer import AmountExplainer

        return AmountExplainer

    def wrongness(self, project: Project, truth: Value, value: Value) -> float | None:
        """Return 1 where the amount lies further from the truth than the tolerance, else 0."""
        right, given = amount_of(truth), amount_of(value)
        if right is None or given is None:
            return None
        return float(not quantity_of(project).near(right, given))

    def refusal(self, project: Project, strategy: str) -> str:
        """Return what lacks for strategies that go by classes."""
        return "" if strategy in _SERVE else "labels that name classes; amounts name none"

    def hide(self, insights: Mapping[str, Any], waiting: set[int]) -> dict[str, Any]:
        """Leave samples out of the estimates beside the truth."""
        return {**insights, "scatter": [row for row in insights.get("scatter", []) if row[-1] not in waiting]}

    @property
    def map_values(self) -> Mapping[str, Combinable]:
        """Return the amount, the suggested one, and how wide its interval is."""
        return {
            "value": _number_at("answer__value", "amount"),
            "suggested_value": _number_at("said__value", "amount"),
            "width": _number_at("said__details", "width"),
        }

    def shared_properties(self, project: Project) -> dict[str, Any]:
        """Return what is measured, and in what."""
        quantity = quantity_of(project)
        return {"name": quantity.name, "unit": quantity.unit}

    def properties(self, value: Value, codes: Mapping[int, int], names: Mapping[int, str]) -> dict[str, Any]:
        """Return amount and uncertainty."""
        return {name: value.get(name) for name in ("amount", "uncertainty")}

    def pixel(self, value: Value, codes: Mapping[int, int]) -> float:
        """Return the amount."""
        return float(value["amount"])


def quantity_of(project: Project) -> Quantity:
    """Return what a project measures."""
    return Quantity(**project.task_options)  # checked when it was stored


def _number_at(field: str, key: str) -> Combinable:
    return Cast(KeyTextTransform(key, field), FloatField())
