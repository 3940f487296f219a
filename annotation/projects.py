"""Projects and their classes: made and changed under the rules that keep old labels readable."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction

from annotation.colours import free_colour
from annotation.deletions import hold_project
from annotation.errors import BadSettings, UnknownClass
from annotation.ingest.clouding import allow_clouds
from annotation.models import Job, LabelClass, Member, Project, Schema
from annotation.models.jobs import JobKind
from annotation.models.label_classes import LONGEST_DEFINITION, LONGEST_NAME, in_order
from annotation.models.projects import Role
from annotation.strategies import COMPARING, refusal
from annotation.tasks import task_of
from annotation.validation import check as _check
from mlcore.query import get_strategy

KEYS = "1234567890"
TOLD = {"definition": LONGEST_DEFINITION, "group": LONGEST_NAME}  # what is said of a class in words, in characters
MOST_CLASSES = 255  # a mask holds a code in one byte, and 0 is 'unlabelled'


@transaction.atomic
def create_project(
    owner: AbstractBaseUser, *, name: str, classes: Sequence[Mapping[str, Any]], **fields: Any
) -> Project:
    """Make a project with its first schema and its owner.

    Raises:
        BadSettings: the settings contradict each other, or the kind of its labels needs others.
        UnknownName: there is no such kind of label.
    """
    project = Project(name=name, **fields)
    save_project(project)
    Member.objects.create(project=project, user_id=owner.pk, role=Role.OWNER)
    free = free_codes({item["code"] for item in classes if item.get("code")})
    for item in classes:
        new_class(project, **{**item, "code": item.get("code") or next(free, None)})
    freeze_schema(project)
    return project


def save_project(project: Project) -> None:
    """Store a project whose settings make sense."""
    if not isinstance(project.task_options, dict):
        raise BadSettings("task_options are written by name, such as {}; the kind of label says which there are.")
    project.task_options = task_of(project).check_options(project.task_options)
    get_strategy(project.strategy)
    if lacks := refusal(project, project.strategy):
        raise BadSettings(f"The strategy {project.strategy} needs {lacks}; choose auto.")
    if project.rare_share and (lacks := refusal(project, "rare_class")):
        raise BadSettings(f"A share for rare classes needs {lacks}; set it to 0.")
    project.compare_modalities |= project.strategy == COMPARING
    if project.compare_modalities and not task_of(project).compares_modalities:
        raise BadSettings(
            f"Modalities are compared where a label is one class a tile, not in projects of {project.task}."
        )
    _check(project)
    if project.pk:
        _save_changes(project)
    else:
        project.save()


@transaction.atomic
def _save_changes(project: Project) -> None:
    """Store all but what others may be changing in this moment: a worker, or another owner under a lock."""
    before = Project.objects.filter(pk=project.pk).values("cloudy_above", "compare_modalities").first()
    kept = {"id", "encoder", "scope", "tile_px"}
    project.save(update_fields=[field.name for field in project._meta.concrete_fields if field.name not in kept])
    if before is not None and before["cloudy_above"] != project.cloudy_above:
        allow_clouds(hold_project(project), before["cloudy_above"])
    if before is not None and project.compare_modalities and not before["compare_modalities"]:
        Job.request(project, JobKind.EMBED)


@transaction.atomic
def add_class(project: Project, *, name: str, **fields: Any) -> LabelClass:
    """Give the project one more class, under the next code that was never used."""
    _lock(project)
    added = new_class(project, name=name, **fields)
    freeze_schema(project)
    return added


@transaction.atomic
def change_class(project: Project, code: int, **fields: str) -> LabelClass:
    """Rename a class, or give it another colour, key, definition or group."""
    _lock(project)
    changed = get_class(project, code)
    for field, value in fields.items():
        setattr(changed, field, _tidy(field, value))
    check_class(changed, renamed="name" in fields)
    changed.save()
    freeze_schema(project)
    return changed


@transaction.atomic
def define_classes(project: Project, told: Mapping[int, Mapping[str, str]]) -> list[LabelClass]:
    """Say of classes, by their codes, what nobody has said of them yet: a definition, a group; return the changed."""
    _lock(project)
    defined = []
    for row in project.classes.filter(code__in=told):
        said = {field: _tidy(field, told[row.code].get(field, ""))[:most] for field, most in TOLD.items()}
        fields = {field: value for field, value in said.items() if not getattr(row, field)}
        if not any(fields.values()):
            continue
        for field, value in fields.items():
            setattr(row, field, value)
        check_class(row, renamed=False)
        row.save()
        defined.append(row)
    if defined:
        freeze_schema(project)
    return defined


def plain_text(text: str) -> str:
    """Return text as it is kept: lines end alike, and nothing stands around it."""
    return "\n".join(line.rstrip() for line in text.replace("\t", " ").splitlines()).strip()


def _tidy(field: str, value: str) -> str:
    """Return what is said of a class as it is kept."""
    if field == "definition":
        return plain_text(value)
    return " ".join(value.split()) if field in ("name", "group") else value


@transaction.atomic
def retire_class(project: Project, code: int) -> LabelClass:
    """Take a class out of use; labels that name it stay."""
    _lock(project)
    retired = get_class(project, code)
    retired.retired = True
    retired.save()
    freeze_schema(project)
    return retired


@transaction.atomic
def merge_class(project: Project, code: int, into: int) -> LabelClass:
    """Let a class stand for another from now on: its labels keep their code and count as the other's."""
    _lock(project)
    merged, target = get_class(project, code), get_class(project, into)
    if merged == target or target.retired:
        raise BadSettings(f"{merged} cannot be merged into {target}: choose another class that is in use.")
    merged.retired, merged.merged_into = True, target
    merged.save()
    merged.merged.update(merged_into=target)  # pointers are one step long
    freeze_schema(project)
    Job.request(project, JobKind.REFIT)
    return merged


def get_class(project: Project, code: int) -> LabelClass:
    """Return the class with this code."""
    try:
        return project.classes.select_related("merged_into").get(code=code)
    except LabelClass.DoesNotExist:
        known = ", ".join(f"{item.code} {item.name}" for item in project.classes.filter(retired=False))
        raise UnknownClass(f"{project} has no class {code}; its classes are: {known or 'none yet'}.") from None


def freeze_schema(project: Project) -> Schema:
    """Write the list of classes down as the project's next schema version."""
    newest = project.schemas.aggregate(newest=models.Max("number"))["newest"] or 0
    classes = [item.to_dict() for item in in_order(project.classes.select_related("merged_into"))]
    return Schema.objects.create(project=project, number=newest + 1, classes=classes)


def new_class(
    project: Project, *, name: str, colour: str = "", hotkey: str = "", code: int | None = None, **words: str
) -> LabelClass:
    """Add a class, last of all; whoever calls holds the project and freezes its schema."""
    if not task_of(project).fewest_classes:
        raise BadSettings(f"Labels of {project} name no classes; leave {name.strip()!r} out.")
    rows = list(project.classes.all())
    code = _free_code(project, {item.code: item.name for item in rows}, code)
    taken = {item.hotkey for item in rows if not item.retired}
    added = LabelClass(
        project=project,
        code=code,
        name=_tidy("name", name),
        colour=colour or free_colour([item.colour for item in rows if not item.retired], name),
        hotkey=hotkey or next((key for key in KEYS if key not in taken), ""),
        position=max((item.position for item in rows), default=0) + 1,
        **{field: _tidy(field, words.get(field, "")) for field in TOLD},
    )
    check_class(added)
    added.save()
    return added


def free_codes(used: Collection[int]) -> Iterator[int]:
    """Yield the codes that no class ever had: those after the newest, then those that were left free."""
    newest = max(used, default=0)
    yield from (code for code in (*range(newest + 1, MOST_CLASSES + 1), *range(1, newest)) if code not in used)


def _free_code(project: Project, used: Mapping[int, str], wanted: int | None) -> int:
    if wanted is not None and wanted in used:
        raise BadSettings(f"Code {wanted} is that of {used[wanted]} already, and codes are never reused.")
    code = next(free_codes(used), None) if wanted is None else wanted
    if code is None:
        raise BadSettings(f"{project} has used all {MOST_CLASSES} class codes, and codes are never reused.")
    return code


def check_class(row: LabelClass, *, renamed: bool = True) -> None:
    """Refuse a class that cannot be told from another; a group is spelt as its other classes spell it."""
    others = row.project.classes.filter(retired=False).exclude(pk=row.pk)
    if renamed and (twin := others.filter(name__iexact=row.name).first()):
        raise BadSettings(f"Class {twin.code} is called {twin.name} already; choose another name.")
    if row.group and (fellow := others.filter(group__iexact=row.group).first()):
        row.group = fellow.group
    reserved = task_of(row.project).reserved_keys
    if row.hotkey and row.hotkey in reserved:
        raise BadSettings(
            f"The labelling view needs the key {row.hotkey} itself; choose none of {', '.join(reserved)}."
        )
    if row.hotkey and (twin := others.filter(hotkey=row.hotkey).first()):
        raise BadSettings(f"The key {row.hotkey} gives the class {twin.name} already; choose another key.")
    _check(row)


def _lock(project: Project) -> None:
    hold_project(project)
