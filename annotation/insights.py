"""Insights: what a worker found out about a project's model and its labels, kept in files that web processes read.

No torch here. What is handed out is checked against the present: a hint about an audit that waits by now, or a doubt
about a label that was changed or confirmed since, is left out.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from annotation import storage
from annotation.arrays.vectors import folder_of
from annotation.models import AuditDraw, Job, Project, Sample
from annotation.models.blindness import blind
from annotation.models.jobs import JobKind
from annotation.stating import stated
from annotation.tasks import task_of
from mlcore.audits.sufficiency import missing


def store(project: Project, name: str, insights: dict[str, Any]) -> None:
    """Keep what was found under a name: 'insight', 'quality' or 'stop_set'."""
    storage.write(_file(project, name), json.dumps(insights, allow_nan=False, separators=(",", ":")).encode())


def read(project: Project, name: str) -> dict[str, Any] | None:
    """Return what was kept under a name, or None before the first time."""
    try:
        insights: dict[str, Any] = json.loads(storage.refresh(_file(project, name)).read_bytes())
    except FileNotFoundError:
        return None
    return insights


def request_insight(project: Project, user_id: int | None = None) -> Job:
    """Ask a worker to work everything out anew; a request joins the one that waits."""
    return Job.request(project, JobKind.INSIGHT, user_id=user_id)


def request_when_due(project: Project, labels: int) -> None:
    """Ask for it after a refit on so many labels, if a twentieth of them came since the last time."""
    kept = read(project, "insight")
    if kept is None or abs(labels - kept["labels"]) >= max(project.refit_every, labels / 20):
        request_insight(project)


def insight(project: Project) -> dict[str, Any]:
    """Return what the insights page shows, ready for JSON."""
    insights = read(project, "insight")
    newest = project.rounds.values_list("number", flat=True).first() or 0
    job = project.jobs.filter(kind=JobKind.INSIGHT).first()
    return {
        "found": _without_waiting_audits(project, insights) if insights else None,
        "stale": insights is not None and insights["round"] < newest,
        "job": job.to_dict() if job and job.state != Job.State.DONE else None,
        **_what_there_is(project),
    }


def _what_there_is(project: Project) -> dict[str, Any]:
    """Return what tells the empty states apart."""
    samples = project.samples.exclude(state=Sample.State.EMPTY)
    labelled = samples.filter(state=Sample.State.LABELLED)
    return {
        "tiles": samples.count(),
        "labels": labelled.count(),
        "audits": labelled.filter(audit__isnull=False).count(),
        "fitted": project.rounds.filter(classes__gt=0).exists(),
    }


def _without_waiting_audits(project: Project, insights: dict[str, Any]) -> dict[str, Any]:
    """Return the insights without any place, prediction or doubt of a sample that is an audit and waits.

    They were left out when this was computed; since then others were drawn, or a label was taken back.
    """
    draws = AuditDraw.objects.filter(blind("sample"), sample__project=project)
    names = ("sample", "sample__tile__grid", "sample__tile__column", "sample__tile__row", "drawn_at")
    rows = list(draws.values_list(*names))
    waiting = {row[0] for row in rows}
    coverage = insights["coverage"]
    points = [point for point in coverage["points"] if point[0] not in waiting]
    since = datetime.fromisoformat(insights["computed_at"])
    later = [row[1:4] for row in rows if row[4] > since]
    doubt = _blanked(insights["doubt"], later)
    hidden = task_of(project).hide(insights, waiting)
    figures = {name: value for name, value in hidden.items() if name not in ("coverage", "doubt")}
    told = {**stated(figures, insights.get("audits", 0)), "missing": missing(insights.get("audits", 0))}
    return {**told, "coverage": {**coverage, "points": points}, "doubt": doubt}


def _blanked(doubt: dict[str, Any] | None, places: list[tuple[Any, ...]]) -> dict[str, Any] | None:
    """Return the map of doubt with nothing said of these grid, column and row."""
    if not doubt or not places:
        return doubt
    values = [list(row) for row in doubt["values"]]
    for grid, column, row in places:
        if grid == doubt["grid"]:
            across, down = (column - doubt["column"]) // doubt["step"], (row - doubt["row"]) // doubt["step"]
            if 0 <= down < len(values) and 0 <= across < len(values[down]):
                values[down][across] = None
    return {**doubt, "values": values}


def _file(project: Project, name: str) -> Path:
    return folder_of(project) / "insights" / f"{name}.json"
