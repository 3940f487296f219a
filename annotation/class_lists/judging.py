"""Judging: what would become of each line of a list beside the classes that are there; and doing it, all or nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import repeat
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import transaction

from annotation.class_lists.reading import Line, read
from annotation.colours import free_colour
from annotation.deletions import hold_project
from annotation.errors import BadSettings
from annotation.models import LabelClass, Project
from annotation.projects import KEYS, MOST_CLASSES, TOLD, define_classes, free_codes, freeze_schema, new_class
from annotation.tasks import get_task


class Fate(StrEnum):
    """What becomes of a line."""

    ADDED = "added"
    THERE = "there"  # by its name; what nobody has said of the class yet is taken over
    LEFT_OUT = "left_out"
    CLASH = "clash"  # with another line
    FAULT = "fault"


STOPS = (Fate.CLASH, Fate.FAULT)  # nothing is done while there is one of these


@dataclass
class Verdict:
    """What becomes of a line, and the class as it would be."""

    line: int
    fate: Fate
    why: str = ""
    code: int | None = None
    name: str = ""
    colour: str = ""
    hotkey: str = ""
    group: str = ""
    definition: str = ""


@dataclass
class Standing:
    """The classes that are there: their names, keys, codes and colours."""

    task: str
    made: bool = True  # whether there is a project; else codes follow when it is made, except those that are asked for
    names: dict[str, Any] = field(default_factory=dict)  # plain name -> what is known of the class
    keys: dict[str, str] = field(default_factory=dict)  # key -> name
    codes: dict[int, str] = field(default_factory=dict)  # of all times -> name
    colours: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, task: str, rows: Iterable[LabelClass]) -> Self:
        """Take them from a project's classes."""
        standing = cls(task)
        for row in rows:
            standing.codes[row.code] = row.name
            if not row.retired:
                standing.enter(row.name, row.hotkey, row.colour)
                standing.names[row.name.casefold()] = row
        return standing

    def enter(self, name: str, key: str, colour: str) -> None:
        """Enter one more."""
        self.names[name.casefold()] = None
        self.colours.append(colour.lower())
        if key:
            self.keys[key] = name


def judge(text: str, standing: Standing) -> list[Verdict]:
    """Return what would become of each line of a list.

    Raises:
        BadSettings: it is no list of classes, or its labels name none.
    """
    if not get_task(standing.task).fewest_classes:
        raise BadSettings("Labels of such a project name no classes, so that no list of them can be taken in.")
    seen: dict[str, Line] = {}
    verdicts = [_verdict(line, standing, seen) for line in read(text)]
    added = [each for each in verdicts if each.fate is Fate.ADDED]
    _give_codes(added, standing)
    _give_keys(added, standing)
    _give_colours(added, standing)
    return verdicts


@transaction.atomic
def add_list(project: Project, text: str) -> list[Verdict]:
    """Add the classes of a list, all or none, and return what became of each line.

    Raises:
        BadSettings: a line cannot be taken; what is wrong stands by line.
    """
    hold_project(project)
    rows = {row.name.casefold(): row for row in project.classes.filter(retired=False)}
    verdicts = judge(text, Standing.of(project.task, project.classes.all()))
    if wrong := [each for each in verdicts if each.fate in STOPS]:
        told = " ".join(f"Line {each.line}: {each.why}" for each in wrong[:5])
        more = f" And {len(wrong) - 5:,} lines more." if len(wrong) > 5 else ""
        raise BadSettings(f"Nothing was added. {told}{more}")
    added = [each for each in verdicts if each.fate is Fate.ADDED]
    for each in added:
        said = {name: value for name, value in asdict(each).items() if name not in ("line", "fate", "why")}
        new_class(project, **said)
    if added:
        freeze_schema(project)
    there = [each for each in verdicts if each.fate is Fate.THERE and each.name.casefold() in rows]
    define_classes(
        project, {rows[each.name.casefold()].code: {name: getattr(each, name) for name in TOLD} for each in there}
    )
    return verdicts


def _verdict(line: Line, standing: Standing, seen: dict[str, Line]) -> Verdict:
    said: dict[str, Any] = {name: text for name, text in line.said.items() if name != "code"}
    verdict = Verdict(line.number, Fate.ADDED, **said)
    if line.gone:
        verdict.fate, verdict.why = Fate.LEFT_OUT, "It is out of use there."
        return verdict
    if fault := line.fault or _fault(line.said):
        verdict.fate, verdict.why = Fate.FAULT, fault
        return verdict
    verdict.code = int(line.said["code"]) if "code" in line.said else None
    plain = verdict.name.casefold()
    if twin := seen.get(plain):
        verdict.fate = Fate.LEFT_OUT if twin.said == line.said else Fate.CLASH
        same = "says the same" if verdict.fate is Fate.LEFT_OUT else "has this name, too, and says something else"
        verdict.why = f"Line {twin.number} {same}."
    elif plain in standing.names:
        verdict.fate, verdict.why = Fate.THERE, _gains(verdict, standing.names[plain])
    seen.setdefault(plain, line)
    return verdict


def _fault(said: dict[str, str]) -> str:
    if not said.get("name"):
        return "It has no name."
    for name in ("name", "colour", "hotkey", "group", "definition"):
        if not said.get(name):
            continue
        column: Any = LabelClass._meta.get_field(name)
        try:
            column.clean(said[name], None)
        except ValidationError as error:
            return f"{name}: {' '.join(error.messages)}"
    code = said.get("code", "1")
    if not (code.isascii() and code.isdigit() and len(code) < 6 and 0 < int(code) <= MOST_CLASSES):
        return f"A code is a number from 1 to {MOST_CLASSES}, not {code[:20]!r}."
    return ""


def _gains(verdict: Verdict, row: LabelClass | None) -> str:
    gains = [name for name in TOLD if row and getattr(verdict, name) and not getattr(row, name)]
    return f"It gets its {' and '.join(gains)}." if gains else "Nothing changes."


def _give_codes(added: Sequence[Verdict], standing: Standing) -> None:
    """Give each the code that its line asks for, where no class ever had it, or the next."""
    taken = dict(standing.codes)
    for each in added:
        if each.code is None:
            continue
        if each.code in taken:
            each.why = f"Code {each.code} is that of {taken[each.code]}."
            each.code = None
        else:
            taken[each.code] = each.name
    free: Iterator[int | None] = free_codes(taken) if standing.made else repeat(None)
    for each in added:
        if each.code is not None:
            continue
        each.code = next(free, None)
        if each.code is not None:
            each.why += f" It gets {each.code}." if each.why else ""
        elif standing.made:
            each.fate, each.why = Fate.FAULT, f"All {MOST_CLASSES} codes are used, and none is used twice."


def _give_keys(added: Sequence[Verdict], standing: Standing) -> None:
    """Give each its own key where that is free, and digits to the others while there are some."""
    taken, reserved = dict(standing.keys), get_task(standing.task).reserved_keys
    for each in added:
        if not each.hotkey:
            continue
        if each.hotkey in taken or each.hotkey in reserved:
            owner = taken.get(each.hotkey, "the page where people label")
            each.why = f"{each.why} The key {each.hotkey.upper()} belongs to {owner}.".strip()
            each.hotkey = ""
        else:
            taken[each.hotkey] = each.name
    free = iter([key for key in KEYS if key not in taken])
    for each in added:
        each.hotkey = each.hotkey or next(free, "")


def _give_colours(added: Sequence[Verdict], standing: Standing) -> None:
    taken = [*standing.colours, *(each.colour for each in added if each.colour)]
    for each in added:
        if not each.colour:
            each.colour = free_colour(taken, each.name)
            taken.append(each.colour)
