"""Mapping: which class of the project each class of a file becomes; proposed by name, code and colour."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from annotation.errors import BadSettings
from annotation.models import LabelClass, Project
from annotation.projects import TOLD, define_classes

Mapped = dict[str, int | None]  # key of the file -> our code; None: left out on purpose


def classes_of(project: Project) -> list[LabelClass]:
    """Return the classes that labels may name."""
    return [each for each in project.all_classes() if not (each.retired or each.merged_into_id)]


def propose(project: Project, classes: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the classes of a file with what each would become, and by what.

    A colour is only a hint, since many lists begin with the same ones: it is proposed, and mapped by a person alone.
    """
    ours = classes_of(project)
    by_name = {_plain(each.name): each.code for each in ours}
    codes, colours = {each.code for each in ours}, {each.colour.lower(): each.code for each in ours}
    told = []
    for key, theirs in classes.items():
        code, by = by_name.get(_plain(str(theirs["name"]))), "name"
        if code is None and _is_bare(theirs) and theirs["code"] in codes:
            code, by = theirs["code"], "code"
        if code is None:
            code, by = colours.get(str(theirs.get("colour", "")).lower()), "colour"
        told.append({"key": key, **theirs, "proposed": code, "by": by if code is not None else ""})
    return told


def mapped_by_itself(proposals: list[dict[str, Any]]) -> Mapped:
    """Return the part of a proposal that needs nobody's word."""
    return {each["key"]: each["proposed"] for each in proposals if each["by"] in ("name", "code")}


def define(project: Project, classes: Iterable[Mapping[str, Any]], mapping: Mapped) -> None:
    """Take over how a file defines and groups its classes, for those of ours of which nobody has said so yet.

    Where several of theirs become one of ours, what is said of one does not hold for the whole.
    """
    whole = Counter(mapping.values())
    told = {
        mapping[each["key"]]: {field: str(each[field]) for field in TOLD if each.get(field)}
        for each in classes
        if each["key"] in mapping
    }
    define_classes(project, {code: said for code, said in told.items() if code is not None and whole[code] == 1})


def check_mapping(project: Project, keys: set[str], mapping: Mapping[str, Any]) -> Mapped:
    """Return a mapping that somebody sends, checked.

    Raises:
        BadSettings: it names a class that the file or the project has not.
    """
    codes = {each.code for each in classes_of(project)}
    if unknown := sorted(set(mapping) - keys):
        raise BadSettings(f"The file has no class {unknown[0][:80]!r}.")
    for key, code in mapping.items():
        if code is not None and (isinstance(code, bool) or code not in codes):
            raise BadSettings(f"{project} has no class {str(code)[:40]} in use, to which {key[:80]!r} could be mapped.")
    return dict(mapping)


def _is_bare(theirs: Mapping[str, Any]) -> bool:
    """Return whether a file calls a class by nothing but its code."""
    return theirs["code"] is not None and str(theirs["name"]) == str(theirs["code"])


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())
