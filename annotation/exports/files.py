"""Files: what files told of labels that came in from them, and what people wrote of samples, here or there."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from annotation.exports.people import People
from annotation.exports.shared import Shared
from annotation.models import Comment, ImportItem
from annotation.models.blindness import would_be_blind

Record = dict[str, Any]

_NAMES = ("author", "accepted_by")
_PLAIN = ("format", "created_at", "provenance", "split", "how", "verdict", "audit_kind", "status", "reason")


def comments_on(shared: Shared, rows: Iterable[Record]) -> dict[int, list[Record]]:
    """Return what was written of samples, the oldest first; of an audit that waits for its label nothing."""
    if not shared.is_commented:
        return {}
    shown = [
        row["sample"]
        for row in rows
        if not would_be_blind(row["state"], audit=row["inclusion_probability"] is not None)
    ]
    told: dict[int, list[Record]] = defaultdict(list)
    for comment in Comment.objects.filter(sample__among=shown).select_related("item").order_by("pk"):
        told[comment.sample_id].append(_comment(shared.people, comment))
    return dict(told)


def _comment(people: People, comment: Comment) -> Record:
    told: Record = {"author": people.name(comment.author_id), "text": comment.text, "created_at": comment.created_at}
    if comment.flags:
        told["flags"] = True
    if comment.settled_by_id:
        told["settled_by"] = people.name(comment.settled_by_id)
    if comment.item:
        told["imported"] = told_by_file(people, comment.told)
    return told


def brought_in(shared: Shared, rows: Iterable[Record]) -> dict[int, Record]:
    """Return what files told of the answers that came in from them, by these answers."""
    if not shared.has_imports:
        return {}
    answers = [row["annotation"] for row in rows if row["annotation"] is not None]
    items = ImportItem.objects.filter(annotation__among=answers).values_list("annotation", "source")
    return {annotation: told_by_file(shared.people, source) for annotation, source in items}


def told_by_file(people: People, source: Record) -> Record:
    """Return who a file says said something, when and how; with pseudonyms only what cannot name anybody."""
    if not people.pseudonyms:
        return source
    told = {name: value for name, value in source.items() if name in _PLAIN or isinstance(value, int | float)}
    told |= {name: people.stranger(str(source[name])) for name in _NAMES if name in source}
    if isinstance(source.get("imported"), dict):
        told["imported"] = told_by_file(people, source["imported"])
    if isinstance(source.get("history"), list):
        told["history"] = [told_by_file(people, each) | _value(each) for each in source["history"]]
    return told


def _value(said: Record) -> Record:
    return {"value": said["value"]} if "value" in said else {}
