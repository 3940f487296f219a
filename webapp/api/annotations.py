"""/api/projects/{id}/annotations/: what people said, and how they say it."""

from typing import Any

import django_filters
from django.contrib.auth.models import User
from django.db.models import F, Q, QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation import labeling
from annotation.access import find_sample, get_project
from annotation.errors import AlreadyAnswered, NotFound
from annotation.models import Annotation, Project
from annotation.models.projects import Role
from annotation.tasks import Value, task_of
from webapp.api.errors import body
from webapp.api.pagination import Listing
from webapp.api.parsing import Id
from webapp.api.person import person
from webapp.tasks import dispatch_on_commit

MOST_INTERACTIONS = 1_000_000
MOST_SECONDS = 1e9  # which infinity is beyond: JSON could not send it back


def mask_url(project_id: int, sample_id: int, **which: int) -> str:
    """Return the address of a mask, named by annotation=<id> or suggestion=<id>."""
    query = "&".join(f"{name}={pk}" for name, pk in which.items())
    return f"{reverse('sample-mask', args=[project_id, sample_id])}?{query}"


def words_of(project: Project, value: Value, serializer: serializers.BaseSerializer[Any]) -> str:
    """Return a value in words, by the project's classes, which are asked for once in an answer."""
    names = vars(serializer.root).setdefault("class_names", {})
    if project.pk not in names:
        names[project.pk] = project.class_names()
    return task_of(project).text(value, names[project.pk])


class AnnotationSerializer(serializers.ModelSerializer[Annotation]):
    """One version of what one person said."""

    author = serializers.CharField(source="author.username", read_only=True)
    label = serializers.IntegerField(source="label.code", read_only=True, allow_null=True, default=None)  # type: ignore[assignment]
    model_version = serializers.IntegerField(
        source="model_version.number", read_only=True, allow_null=True, default=None
    )
    text = serializers.SerializerMethodField()
    mask_url = serializers.SerializerMethodField()

    class Meta:
        """Classes by their codes, people by their names."""

        model = Annotation
        fields = [
            "id", "sample", "author", "verdict", "label", "value", "text", "mask_url", "reason", "provenance",
            "model_version", "version", "current", "seconds", "interactions",
            "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_text(self, said: Annotation) -> str:
        """Return what it says in words."""
        return words_of(said.sample.project, said.value, self)

    def get_mask_url(self, said: Annotation) -> str | None:
        """Return the address of the mask, if it has one."""
        return mask_url(said.sample.project_id, said.sample_id, annotation=said.pk) if said.mask else None


class AnnotationForm(serializers.Serializer[Any]):
    """An answer as the labelling view sends it."""

    sample = Id()
    verdict = serializers.ChoiceField(Annotation.Verdict.choices, default=Annotation.Verdict.LABEL)
    value = serializers.DictField(required=False, allow_null=True, default=None, help_text="as the project's task says")
    label = Id(required=False, allow_null=True, default=None, help_text='short for {"class": code}')  # type: ignore[assignment]
    mask = serializers.CharField(required=False, allow_null=True, default=None, help_text='short for {"mask": ...}')
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")
    seconds = serializers.FloatField(required=False, min_value=0, max_value=MOST_SECONDS, default=0.0)
    interactions = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MOST_INTERACTIONS,
        default=None,
        help_text="keys and clicks",
    )
    token = serializers.UUIDField(required=False, allow_null=True, default=None)
    base = Id(required=False, allow_null=True, default=None, help_text="the newest annotation that you saw")
    force = serializers.BooleanField(required=False, default=False, help_text="overrule what somebody else said")
    provenance = serializers.ChoiceField(
        [Annotation.Provenance.HUMAN, Annotation.Provenance.SIMULATED],
        default=Annotation.Provenance.HUMAN,
        help_text="a program that plays an annotator says so",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put what older clients send by name where the value is."""
        label, mask, value = attrs.pop("label"), attrs.pop("mask"), attrs.pop("value")
        short = {name: each for name, each in (("class", label), ("mask", mask)) if each is not None}
        return {**attrs, "value": short if value is None else value}


class AnnotationAnswer(AnnotationSerializer):
    """A stored answer, with what changed around it."""

    round = serializers.IntegerField(allow_null=True, read_only=True)
    counts = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta(AnnotationSerializer.Meta):
        """The annotation's own fields and two more."""

        fields = [*AnnotationSerializer.Meta.fields, "round", "counts"]


class AnnotationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What the list can be narrowed to."""

    # Not the choices of a foreign key: those tell which rows exist in other projects.
    sample = django_filters.NumberFilter("sample_id")
    model_version = django_filters.NumberFilter("model_version__number")
    author = django_filters.CharFilter("author__username")
    label = django_filters.NumberFilter("label__code")
    counts = django_filters.BooleanFilter(method="counting")

    class Meta:
        """By equality."""

        model = Annotation
        fields = ["sample", "author", "label", "provenance", "current", "verdict", "model_version"]

    def counting(self, rows: QuerySet[Annotation], name: str, value: bool) -> QuerySet[Annotation]:
        """Leave what samples' labels are, or what they are not."""
        answers = Q(pk=F("sample__answer"))
        return rows.filter(answers) if value else rows.exclude(answers)


class AnnotationList(Listing):
    """The annotations of a project."""

    serializer_class = AnnotationSerializer
    queryset = Annotation.objects.none()
    filterset_class = AnnotationFilter

    @extend_schema(responses=AnnotationSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List what was said, oldest first; every version stays."""
        project = get_project(request.user, project_id)
        return self.page(spoken(Annotation.objects.filter(sample__project=project).readable_by(request.user)))

    @extend_schema(request=AnnotationForm, responses={201: AnnotationAnswer, 409: OpenApiTypes.OBJECT})
    def post(self, request: Request, project_id: int) -> Response:
        """Answer for a tile; 409 with both versions when somebody else answered since `base`."""
        form = AnnotationForm(data=request.data)
        try:
            kept = keep(project_id, person(request), form) if form.is_valid() else None
        except AlreadyAnswered as error:
            return Response(conflict(error, form), status=409)
        if kept is None:
            project = get_project(request.user, project_id, Role.ANNOTATOR)  # says what is in the way
            form.is_valid(raise_exception=True)
            find_sample(project, form.validated_data["sample"])
            raise NotFound("The tile was removed from the project.")
        if kept.wants_worker:
            dispatch_on_commit(project_id)
        around = {"round": kept.round, "counts": kept.counts}
        return Response({**AnnotationSerializer(kept.annotation).data, **around}, status=201)


def keep(project_id: int, author: User, form: AnnotationForm) -> labeling.Kept | None:
    """Store what was sent; None where its author may not, or where there is no such tile."""
    sent = dict(form.validated_data)
    sent.pop("token")  # an answer counts by who gives it: an expired lease alone loses nothing
    sample = sent.pop("sample")
    return labeling.submit_as(Role.ANNOTATOR, project_id, sample, author, labeling.Answer(**sent))


def spoken(rows: QuerySet[Annotation]) -> QuerySet[Annotation]:
    """Load what an annotation is described with."""
    return rows.select_related("author", "label", "model_version", "sample__project").order_by("id")


def conflict(error: AlreadyAnswered, form: AnnotationForm) -> dict[str, Any]:
    """Return both versions, so that the annotator chooses and nothing is lost."""
    theirs = spoken(Annotation.objects.filter(pk=error.theirs)).get()
    yours = {
        name: form.initial_data.get(name)
        for name in ("sample", "verdict", "value", "label", "mask", "reason", "seconds", "interactions")
    }
    return {**body("already_answered", str(error)), "theirs": AnnotationSerializer(theirs).data, "yours": yours}
