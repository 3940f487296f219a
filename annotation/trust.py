"""Trust: what a project's pages say of its audits, of what they show, and of labels accepted by promise."""

from typing import Any

from annotation.audits.answers import first_answers
from annotation.models import Acceptance, Annotation, AuditDraw, Project, Round, Sample
from annotation.promises.drawing import missing_of, share_of
from annotation.promises.preview import Preview
from annotation.promises.watching import checked
from annotation.promises.words import measured, proven
from annotation.stating import stated

_SHOWN = 5


def trust(project: Project) -> dict[str, Any]:
    """Return what the progress page adds, ready for JSON."""
    draws = AuditDraw.objects.filter(sample__project=project)
    labelled = draws.filter(sample__state=Sample.State.LABELLED)
    in_force = project.acceptances.filter(state=Acceptance.State.IN_FORCE).exists()
    return {
        "audits": {
            "drawn": draws.count(),
            "labelled": labelled.count(),
            "uniform": labelled.filter(uniform_at__isnull=False).count(),
            "missing": 0 if in_force else missing_of(project),
            "share": round(share_of(project), 3),
        },
        "report": _report(project, project.rounds.first()),
        "promised": _promised(project) if in_force else 0,
        "acceptances": acceptances(project, most=_SHOWN),
    }


def acceptances(project: Project, *, most: int | None = None) -> list[dict[str, Any]]:
    """Return what was accepted by promise, newest first, with how its checks stand."""
    rows = list(project.acceptances.select_related("model_version", "accepted_by")[:most])
    said = first_answers(project) if rows else {}  # once for all of them
    return [describe(acceptance, said) for acceptance in rows]


def describe(acceptance: Acceptance, said: dict[int, Annotation] | None = None) -> dict[str, Any]:
    """Return an acceptance ready for JSON; `said` are the project's first answers, if they are read already."""
    losses = checked(acceptance, said)
    return {
        "id": acceptance.pk,
        "state": acceptance.state,
        "model_version": acceptance.model_version.number,
        "kind": acceptance.kind,
        "bound": acceptance.bound,
        "threshold": acceptance.threshold,
        "accepted": acceptance.accepted,
        "expected_errors": acceptance.expected_errors,
        "limit": acceptance.limit,
        "audits": acceptance.audits,
        "accepted_by": acceptance.accepted_by.get_username(),
        "created_at": acceptance.created_at.isoformat(),
        "checks": len(losses),
        "errors": float(losses.sum()),
        "reason": acceptance.reason,
        "rolled_back_at": acceptance.rolled_back_at.isoformat() if acceptance.rolled_back_at else None,
    }


def describe_preview(preview: Preview, project: Project) -> dict[str, Any]:
    """Return a preview ready for JSON: numbers that JSON cannot carry become null."""
    promised, names = preview.promise, dict(project.classes.values_list("code", "name"))
    possible = promised.accepted > 0
    return {
        "model_version": preview.version.number if preview.version else None,
        "kind": project.promise_kind,
        "bound": project.promise_bound,
        "problem": preview.problem,
        "threshold": promised.threshold if possible else None,
        "accepted": promised.accepted,
        "waiting": preview.waiting,
        "expected_errors": promised.expected_errors,
        "limit": promised.limit if possible else None,
        "audits": promised.audits,
        "missing": promised.missing,
        "inside": promised.inside,
        "proven": proven(project.promise_kind, project.promise_bound) if project.promise_kind else "",
        "measured": measured(promised) if possible else "",
        "classes": [
            {"code": item.code, "name": names[item.code], "accepted": item.accepted, "limit": item.limit}
            for item in preview.classes
        ],
        "warning": _report(project, project.rounds.first()).get("reach", {}).get("warning", ""),
        "unheard": [scene.name for scene, _ in preview.unheard],
        "lacking": sum(lacking for _, lacking in preview.unheard),
        "left": preview.left,
        "assigned": preview.assigned,
    }


def _report(project: Project, newest: Round | None) -> dict[str, Any]:
    """Return what the newest round's audits say of classes, by the class that each code counts as."""
    if newest is None or not newest.report:
        return {}
    in_use = project.codes_in_use()
    classes = [item for item in newest.report.get("classes", []) if in_use.get(item["code"]) == item["code"]]
    return {**stated({**newest.report, "classes": classes}, newest.audits)}


def _promised(project: Project) -> int:
    """Return how many samples count as labelled although nobody looked at them."""
    promised = Annotation.Provenance.PROMISED
    return Sample.objects.filter(project=project, state="labelled", answer__provenance=promised).count()
