"""Assigning: owners hand open tiles to a member, who is asked for them first, and take them away again."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from annotation import clock
from annotation.deletions import hold_project
from annotation.errors import BadSettings, NotFound
from annotation.labeling.assigned import counted, left_of
from annotation.models import Annotation, Assignment, Lease, Member, Project, Rank, Sample, Scene
from annotation.models.projects import Role
from annotation.validation import check

MOST_TILES = 10_000  # of one assignment
MOST_ASSIGNMENTS = 1000  # of one project


@dataclass(frozen=True)
class Choice:
    """Which tiles to assign: the next so many of the ranking, those of a scene, or those in an area; one of them."""

    count: int | None = None
    scene: int | None = None
    area: GEOSGeometry | None = None  # WGS 84
    text: str = ""  # of the area, in words


@dataclass(frozen=True)
class Wording:
    """What an owner says of an assignment."""

    note: str = ""
    due: date | None = None
    shared: bool = False


_NOTHING_SAID = Wording()


@transaction.atomic
def assign(
    project: Project, member: int, choice: Choice, *, by: AbstractBaseUser, wording: Wording = _NOTHING_SAID
) -> Assignment:
    """Hand open tiles that are nobody's to a member; return the assignment, with how many were left out.

    Tiles that others have on show stay with them; what was only fetched ahead goes back.

    Raises:
        NotFound: no such member or scene.
        BadSettings: the member labels nothing, no tile is free there, or there are too many.
    """
    hold_project(project)
    person = _member(project, member)
    if project.assignments.count() >= MOST_ASSIGNMENTS:
        raise BadSettings(f"{MOST_ASSIGNMENTS} assignments are the most of a project; take finished ones away first.")
    kind, about, here = _chosen(project, choice)
    pks = _hold(_next(project, _free_for(here, project, person), choice.count))
    if not pks:
        raise BadSettings(_nothing(project, person, about))
    about = _next_words(len(pks)) if choice.count else about
    made = Assignment(project=project, member=person, kind=kind, about=about, due=wording.due, shared=wording.shared)
    made.note, made.given_by_id, made.given_at = wording.note.strip(), by.pk, clock.now()
    check(made)
    made.save()
    Sample.objects.filter(pk__in=pks).update(assignment=made)
    _give_back(project, person, pks)
    made.left_out = (choice.count or here.count()) - len(pks)
    return made


@transaction.atomic
def change(assignment: Assignment, *, by: AbstractBaseUser, member: int | None = None, **values: object) -> Assignment:
    """Change what is said of an assignment, or hand it over to another member.

    Raises:
        NotFound: somebody took it away meanwhile, or there is no such member.
        BadSettings: the member labels nothing, or a value cannot be.
    """
    project = hold_project(assignment.project)
    held = project.assignments.select_related("member__user").filter(pk=assignment.pk).first()
    if held is None:
        raise NotFound("No such assignment in this project.")
    if member is not None and member != held.member_id:
        tiles = Sample.objects.filter(assignment=held)
        pks = list(tiles.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
        person = _member(project, member)
        values |= {"member": person, "given_by_id": by.pk, "given_at": clock.now()}
        _give_back(project, person, pks)
    for name, value in values.items():
        setattr(held, name, value)
    check(held)
    held.save()
    return held


@transaction.atomic
def take_away(project: Project, pk: int) -> None:
    """Delete an assignment; its tiles are anybody's again, and what was said of them stays.

    Raises:
        NotFound: there is none, or somebody else took it away meanwhile.
    """
    hold_project(project)
    if not project.assignments.filter(pk=pk).exists():
        raise NotFound("No such assignment in this project.")
    _free(Assignment.objects.filter(pk=pk))


def free_tiles(member: Member) -> None:
    """Take everything away from a member, in a transaction that holds the project."""
    Member.objects.select_for_update().filter(pk=member.pk).first()  # before samples, as claims lock them
    _free(Assignment.objects.filter(member=member))


def with_progress(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Say of each assignment how many tiles it has (`total`) and how many wait for its person (`left`)."""
    total = counted(Sample.objects.filter(assignment=OuterRef("pk")))
    return assignments.select_related("member__user", "given_by").annotate(total=total, left=left_of())


def _member(project: Project, pk: int) -> Member:
    member = project.members.select_related("user").filter(pk=pk).first()
    if member is None:
        raise NotFound("No such member in this project.")
    if Role.ANNOTATOR not in Role(member.role).may:
        raise BadSettings(f"{member.user} is a viewer and labels nothing; make them an annotator first.")
    return member


def _free_for(here: QuerySet[Sample], project: Project, member: Member) -> QuerySet[Sample]:
    """Return those of the samples that are open, nobody's, and not answered by the member."""
    said = Annotation.objects.filter(sample=OuterRef("pk"), author=member.user_id, current=True)
    said = said.exclude(verdict=Annotation.Verdict.RETRACT)
    rows = here.filter(~Exists(said), state=Sample.State.OPEN, assignment=None)
    if project.opinions > 1:
        return rows
    shown = Lease.objects.active().filter(sample=OuterRef("pk"), shown_at__isnull=False).exclude(user=member.user_id)
    return rows.filter(~Exists(shown))


def _chosen(project: Project, choice: Choice) -> tuple[str, str, QuerySet[Sample]]:
    """Return the kind of a choice, its words, and the samples with data that it is about."""
    kinds, rows = Assignment.Kind, project.samples.exclude(state=Sample.State.EMPTY)
    if choice.count is not None:
        if not 1 <= choice.count <= MOST_TILES:
            raise BadSettings(f"Assign between 1 and {MOST_TILES} tiles, not {choice.count}.")
        return kinds.NEXT, _next_words(choice.count), rows
    if choice.scene is not None:
        scene = Scene.objects.filter(project=project, pk=choice.scene).first()
        if scene is None:
            raise NotFound("No such scene in this project.")
        here = Sample.objects.touched_by(scene).values("pk")
        return kinds.SCENE, f"scene {scene.name}"[:400], rows.filter(pk__in=here)
    if choice.area is None:
        raise BadSettings("Say which tiles: how many of the ranking, which scene, or which area.")
    near = rows.filter(tile__outline__bboverlaps=choice.area).annotate(middle=PointOnSurface("tile__outline"))
    return kinds.AREA, f"the area {choice.text}"[:400], near.filter(middle__intersects=choice.area)


def _next_words(count: int) -> str:
    return "the next of the ranking" if count == 1 else f"the next {count} of the ranking"


def _next(project: Project, free: QuerySet[Sample], count: int | None) -> QuerySet[Sample]:
    """Return the next so many of free samples in the newest round's order, then the grid's; all of them without."""
    if count is None:
        return free
    ranks = Rank.objects.filter(round=project.rounds.values("pk")[:1], sample=OuterRef("pk"))
    order = F("position").asc(nulls_last=True)
    return free.annotate(position=Subquery(ranks.values("position")[:1])).order_by(order, "index")[:count]


def _give_back(project: Project, person: Member, pks: list[int]) -> None:
    """Let go what the member and others fetched ahead and nobody saw, so that the next claims go by what is new."""
    ahead = Lease.objects.filter(project=project, shown_at=None)
    ahead.filter(Q(user=person.user_id) | Q(sample__in=pks)).let_go()


def _hold(rows: QuerySet[Sample]) -> list[int]:
    """Lock those of the samples that are still open and nobody's, in the one order of all that lock many."""
    pks = list(rows.values_list("pk", flat=True)[: MOST_TILES + 1])
    if len(pks) > MOST_TILES:
        raise BadSettings(f"More than {MOST_TILES} open tiles lie there, which is the most of one assignment.")
    still = Sample.objects.filter(pk__in=pks, state=Sample.State.OPEN, assignment=None).order_by("pk")
    return list(still.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))


def _nothing(project: Project, member: Member, about: str) -> str:
    """Say why there is nothing to assign."""
    others = project.samples.filter(state=Sample.State.OPEN, assignment__isnull=False).count()
    taken = f" {others} open tiles of the project are assigned already." if others else ""
    return f"No open tile is free for {member.user} there ({about}).{taken}"


def _free(assignments: QuerySet[Assignment]) -> None:
    pks = list(assignments.values_list("pk", flat=True))
    tiles = Sample.objects.filter(assignment__in=pks)
    list(tiles.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    tiles.update(assignment=None)
    Assignment.objects.filter(pk__in=pks).delete()
