"""Strategies that a project may use, in plain words, and why it may not use another. No torch."""

from annotation.models import Project
from annotation.tasks import task_of
from mlcore.query import STRATEGIES

WITHOUT_A_FIT = ("max_herding", "k_center", "typiclust", "random")  # need no probabilities; the first is the fallback
COMPARING = "modality_disagreement"  # needs what the head says without each modality

WORDS = {
    "auto": "Automatic: coverage first, then doubt and variety",
    "margin": "Doubt: the two likeliest classes close together",
    "unsure": "Doubt, by whatever tells it",
    "entropy": "Doubt over all classes",
    "least_confidence": "Doubt about the likeliest class",
    "margin_cluster": "Doubt, spread over look-alikes",
    "badge": "Doubt and variety at once (BADGE)",
    "uncertainty_herding": "Coverage of what is in doubt",
    "max_herding": "Coverage alone",
    "k_center": "Coverage of the outermost",
    "typiclust": "The typical of each group of look-alikes",
    "rare_class": "Rare classes first",
    "change": "Change first, then its border: all but the class of no change",
    "modality_disagreement": "Where modalities disagree: the answer changes without one",
    "tags": "Doubt about several labels at once",
    "boxes": "Doubt about boxes",
    "ensemble_spread": "Where models disagree on a quantity",
    "interval_width": "Where a quantity is uncertain",
    "variance_reduction": "What tells most of a quantity elsewhere",
    "random": "At random",
}


def refusal(project: Project, name: str) -> str:
    """Return what a project lacks for a strategy, in words; '' where it may use it."""
    return task_of(project).refusal(project, name)


def describe_strategies(project: Project) -> list[dict[str, str]]:
    """Return every strategy with its title and what this project lacks for it; those that serve come first."""
    words = {**WORDS, **task_of(project).strategy_words}
    strategies = [
        {"value": name, "title": words.get(name, name), "lacks": refusal(project, name)} for name in STRATEGIES
    ]
    return sorted(strategies, key=lambda item: (bool(item["lacks"]), [*WORDS, item["value"]].index(item["value"])))
