"""Comments on tiles, and the inbox: what others wrote or decided about a person's tiles, and what they are to label."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotation import clock
from annotation.errors import NotAllowed, NotFound, NotReady
from annotation.models import Annotation, Assignment, Comment, InboxVisit, Project, Review, Sample
from annotation.models.blindness import blind, is_blind
from annotation.models.projects import Role
from annotation.tasks import task_of
from annotation.validation import check

MOST_SHOWN = 100  # of an inbox, and of a project's flags
MOST_ON_A_TILE = 200


HIDDEN = "This tile is an audit that waits for its label: what is written of it is shown afterwards."


def comments_on(sample: Sample) -> QuerySet[Comment]:
    """Return what was written of a tile; of an audit that waits nothing, lest it tells what others think."""
    rows = Comment.objects.filter(sample=sample).select_related("author", "settled_by", "item")
    return rows.none() if is_blind(sample) else rows


@transaction.atomic
def add_comment(sample: Sample, user: User, text: str, *, flags: bool = False) -> Comment:
    """Write something about a tile.

    Raises:
        NotReady: the tile is an audit that waits, or it has too many comments.
        BadSettings: there is no text, or it is too long or holds control characters.
    """
    held = (
        Sample.objects.select_for_update(no_key=True, of=("self",)).select_related("audit").filter(pk=sample.pk).first()
    )
    if held is None:
        raise NotFound("The tile was removed from the project.")
    if is_blind(held):
        raise NotReady(HIDDEN)
    if Comment.objects.filter(sample=held).count() >= MOST_ON_A_TILE:
        raise NotReady(f"There are {MOST_ON_A_TILE} comments on this tile; delete some of them first.")
    comment = Comment(sample=held, author=user, text=text.strip(), flags=flags)
    check(comment)
    comment.save()
    return comment


def settle_comment(comment: Comment, user: User, *, settled: bool) -> None:
    """Say that a flag needs no further look, or that it does after all."""
    comment.settled_by = user if settled else None
    comment.save(update_fields=["settled_by"])


def remove_comment(comment: Comment, user: User, role: Role) -> None:
    """Delete one's own comment, or as an owner anybody's.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if comment.author_id != user.pk and Role.OWNER not in role.may:
        raise NotAllowed("Only its author and the project's owner delete a comment.")
    comment.delete()


def flagged(project: Project) -> QuerySet[Comment]:
    """Return the open flags of a project, the latest first."""
    rows = Comment.objects.filter(sample__project=project, flags=True, settled_by=None).exclude(blind("sample"))
    return rows.select_related("sample", "author", "item").order_by("-id")[:MOST_SHOWN]


def inbox(user: User) -> dict[str, Any]:
    """Return what is for a person, the latest first, and how much of it came since they last looked."""
    seen = InboxVisit.objects.filter(user=user).values_list("seen_at", flat=True).first()
    items = sorted([*_written(user), *_decided(user), *_assigned(user)], key=lambda item: item["at"], reverse=True)[
        :MOST_SHOWN
    ]
    for item in items:
        item["new"] = seen is None or item["at"] > seen
    return {"unread": sum(item["new"] for item in items), "items": items}


def look_into_inbox(user: User) -> None:
    """Remember that a person has seen what is for them."""
    InboxVisit.objects.update_or_create(user=user, defaults={"seen_at": clock.now()})


def _written(user: User) -> list[dict[str, Any]]:
    """Return comments of others on tiles that a person answered or wrote of, and flags where they review."""
    here = {"sample": OuterRef("sample")}
    mine = Exists(Annotation.objects.filter(author=user, **here)) | Exists(Comment.objects.filter(author=user, **here))
    looks = Project.objects.filter(members__user=user, members__role__in=_roles_that_review())
    rows = Comment.objects.filter(sample__project__in=Project.objects.visible_to(user)).exclude(author=user)
    rows = rows.filter(mine | Q(flags=True, settled_by=None, sample__project__in=looks.values("pk")))
    shown = (
        rows.exclude(blind("sample")).select_related("sample__project", "author", "item").order_by("-id")[:MOST_SHOWN]
    )
    return [
        {"kind": "flag" if each.flags else "comment", "who": each.writer, "text": each.text}
        | _about(each.sample, each.created_at)
        for each in shown
    ]


def _decided(user: User) -> list[dict[str, Any]]:
    """Return what reviewers decided about a person's labels."""
    seen = Project.objects.visible_to(user)
    rows = Review.objects.filter(annotation__author=user, annotation__sample__project__in=seen)
    rows = rows.exclude(reviewer=user).exclude(blind("annotation__sample"))
    shown = rows.select_related("annotation__sample__project", "reviewer", "result").order_by("-id")[:MOST_SHOWN]
    names: dict[int, Mapping[int, str]] = {}
    told = []
    for each in shown:
        said = cast(Annotation, each.annotation)  # the query asks for it
        project = said.sample.project
        if project.pk not in names:
            names[project.pk] = project.class_names()
        words = task_of(project).text(said.value, names[project.pk]) or said.get_verdict_display()
        text = f"kept your label: {words}"
        if each.result:
            text = f"changed your label from {words} to {task_of(project).text(each.result.value, names[project.pk])}"
        one = {"kind": "review", "who": each.reviewer.get_username(), "text": text}
        told.append(one | _about(said.sample, each.created_at))
    return told


def _assigned(user: User) -> list[dict[str, Any]]:
    """Return what others gave a person to label."""
    rows = Assignment.objects.filter(member__user=user).exclude(given_by=user).annotate(tiles=Count("samples"))
    return [
        {"kind": "assignment", "who": str(each.given_by or "An owner"), "text": _words(each, each.tiles)}
        | {"at": each.given_at, "project": each.project_id, "project_name": each.project.name}
        | {"sample": None, "index": None}
        for each in rows.select_related("project", "given_by").order_by("-given_at")[:MOST_SHOWN]
    ]


def _words(assignment: Assignment, tiles: int) -> str:
    """Return which tiles were assigned, and what their owner says of them."""
    lines = [f"{tiles} tile{'' if tiles == 1 else 's'} to label: {assignment.about}"]
    lines += [f"by {assignment.due}"] if assignment.due else []
    return ", ".join(lines) + (f"\n{assignment.note}" if assignment.note else "")


def _about(sample: Sample, at: Any) -> dict[str, Any]:
    return {
        "at": at, "project": sample.project_id, "project_name": sample.project.name, "sample": sample.pk,
        "index": sample.index,
    }  # fmt: skip


def _roles_that_review() -> list[str]:
    return [role.value for role in Role if Role.REVIEWER in role.may]
