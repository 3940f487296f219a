"""Explaining: work out what the insights and the quality pages show, and keep it for the web processes."""

from typing import Any

from annotation import clock
from annotation.arrays.material import Material
from annotation.explaining.advice import advice
from annotation.explaining.coverage import coverage, doubt
from annotation.explaining.gathering import gather
from annotation.insights import store
from annotation.learning.reaching import reach
from annotation.models import Job
from annotation.tasks import task_of


def explain(job: Job) -> str:
    """Work everything out anew; a refit that lands meanwhile asks for it again."""
    material, task = gather(job.project), task_of(job.project)
    explainer = task.explainer(material)
    job.report(0.2, "Read the labels and the newest fit.")
    head = _head(material)
    insight = {
        **head,
        **explainer.judge(),
        "coverage": coverage(explainer),
        "doubt": doubt(explainer),
        "advice": advice(explainer),
        "reach": reach(material.snapshot).get("warning", ""),
        "notes": _notes(material),
    }
    store(job.project, "insight", insight)
    job.report(0.6, "Looking for labels that may be mistakes.")
    people = task.agreement(job.project)
    doubts = [*task.disputes(job.project), *explainer.suspects()]
    store(job.project, "quality", {**head, "suspects": doubts, **people, "habits": task.habits(job.project)})
    return f"Insights after {head['labels']} labels and {head['audits']} audits."


def _head(material: Material) -> dict[str, Any]:
    return {
        "computed_at": clock.now().isoformat(),
        "round": material.round.number,
        "labels": len(material.snapshot.training),
        "audits": len(material.snapshot.audits),
        "codes": material.codes.tolist(),
    }


def _notes(material: Material) -> list[str]:
    """Return what people should know of the figures, in sentences."""
    notes = []
    if material.broken:
        notes.append(f"{material.broken} tiles are left out: their vectors hold NaN or infinity. Embed them again.")
    if material.fit is None:
        notes.append(f"No model is fitted yet: label {task_of(material.project).first_fit}.")
    return notes
