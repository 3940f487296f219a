"""Batches: what reviewers decided with one press each, newest first, and who took what back."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from annotation.models import Project, ReviewBatch
from annotation.models.projects import Role

MOST_SHOWN = 50


def batches(project: Project, user: User, role: Role) -> list[dict[str, Any]]:
    """Return the newest batches of decisions, ready for JSON: who, when, how many, and whether `user` may undo them."""
    rows = project.review_batches.select_related("reviewer", "undone_by")[:MOST_SHOWN]
    mine = set(undoable(project, user, role).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [_told(row, may_undo=row.pk in mine and row.undone_at is None) for row in rows]


def undoable(project: Project, user: User, role: Role) -> QuerySet[ReviewBatch]:
    """Return the batches that are this person's to take back: their own, an owner's all."""
    every = project.review_batches.all()
    return every if Role.OWNER in role.may else every.filter(reviewer=user)


def _told(row: ReviewBatch, *, may_undo: bool) -> dict[str, Any]:
    return {
        "id": row.pk,
        "reviewer": row.reviewer.get_username(),
        "verdict": row.verdict,
        "decided": row.decided,
        "created_at": row.created_at.isoformat(),
        "undone": row.undone,
        "undone_by": row.undone_by.get_username() if row.undone_by else None,
        "undone_at": row.undone_at.isoformat() if row.undone_at else None,
        "may_undo": may_undo,
    }
