"""/api/projects/{id}/epochs/ and /scope/: moments and periods, and which of them a label speaks of."""

from typing import Any

from django.db.models import Count, F, Prefetch, QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_epoch, get_project
from annotation.epochs import add_epoch, change_epoch, delete_epoch, group_by_date, set_scope, unpaired
from annotation.ingest.lattices import FIXED, is_fixed
from annotation.models import Epoch, Project, Scene
from annotation.models.projects import PLAIN_NAME, Role, Scope
from webapp.api.pagination import Listing
from webapp.api.parsing import Id
from webapp.tasks import dispatch_on_commit

MOST_SCENES, MOST_PAIRS = 10_000, 1000


class EpochSerializer(serializers.ModelSerializer[Epoch]):
    """An epoch with its scenes."""

    scenes: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    samples = serializers.SerializerMethodField()

    class Meta:
        """All of it."""

        model = Epoch
        fields = ["id", "name", "starts", "ends", "scenes", "samples", "created_at"]
        read_only_fields = fields

    def get_samples(self, epoch: Epoch) -> int:
        """Return how many samples speak of it, alone or in a pair."""
        return int(getattr(epoch, "alone", 0)) + int(getattr(epoch, "paired", 0))


class EpochForm(serializers.Serializer[Any]):
    """What makes an epoch: a name with scenes, or with a period."""

    name = serializers.CharField(max_length=80, validators=[PLAIN_NAME])
    scenes = serializers.ListField(child=Id(), required=False, max_length=MOST_SCENES)
    starts = serializers.DateField(required=False, allow_null=True)
    ends = serializers.DateField(required=False, allow_null=True)


class Grouping(serializers.Serializer[Any]):
    """How epochs are made of dates."""

    days = serializers.IntegerField(default=0, help_text="that scenes of one epoch may lie apart")


class PairForm(serializers.Serializer[Any]):
    """Two epochs."""

    earlier = Id()
    later = Id()


class ScopeForm(serializers.Serializer[Any]):
    """What labels speak of."""

    scope = serializers.ChoiceField(Scope.choices)
    pairs = serializers.ListField(child=PairForm(), required=False, max_length=MOST_PAIRS)


class ScopeAnswer(ScopeForm):
    """What labels speak of, and whether that can change."""

    fixed = serializers.CharField(allow_blank=True, help_text="why the scope cannot change; empty while it can")
    samples = serializers.IntegerField()
    unpaired = serializers.IntegerField(help_text="tiles that no pair shows at both dates")


def described(project: Project) -> QuerySet[Epoch]:
    """Return the epochs of a project with their scenes and counts."""
    scenes = Prefetch("scenes", Scene.objects.only("pk").order_by("acquired", "id"))
    counts: dict[str, Any] = {"alone": Count("samples", distinct=True), "paired": Count("later_samples", distinct=True)}
    return project.epochs.prefetch_related(scenes).annotate(**counts).order_by(F("starts").asc(nulls_last=True), "id")


class EpochList(Listing):
    """The epochs of a project."""

    serializer_class = EpochSerializer
    queryset = Epoch.objects.none()

    @extend_schema(responses=EpochSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the epochs in the order of time."""
        return self.page(described(get_project(request.user, project_id)))

    @extend_schema(request=EpochForm, responses={201: EpochSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Make an epoch of scenes, or of those acquired in a period; later ones of that period join by themselves."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = EpochForm(data=request.data)
        form.is_valid(raise_exception=True)
        epoch = add_epoch(project, **form.validated_data)
        dispatch_on_commit()
        return Response(EpochSerializer(described(project).get(pk=epoch.pk)).data, status=201)


class EpochDetail(APIView):
    """One epoch."""

    @extend_schema(responses=EpochSerializer)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show the epoch."""
        epoch = get_epoch(request.user, project_id, pk)
        return Response(EpochSerializer(described(epoch.project).get(pk=pk)).data)

    @extend_schema(request=EpochForm, responses=EpochSerializer)
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Rename it, or change its period or scenes; `remark` says what that means for labels."""
        epoch = get_epoch(request.user, project_id, pk, Role.OWNER)
        form = EpochForm(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        remark = change_epoch(epoch, **form.validated_data)
        dispatch_on_commit()
        return Response({**EpochSerializer(described(epoch.project).get(pk=pk)).data, "remark": remark})

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Delete it with its samples, unless labels speak of it."""
        delete_epoch(get_epoch(request.user, project_id, pk, Role.OWNER))
        return Response(status=204)


class EpochGroup(APIView):
    """Epochs made of dates."""

    @extend_schema(request=Grouping, responses=EpochSerializer(many=True))
    def post(self, request: Request, project_id: int) -> Response:
        """Put the dated scenes that belong to no epoch into epochs, and return those that changed."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = Grouping(data=request.data)
        form.is_valid(raise_exception=True)
        changed = [epoch.pk for epoch in group_by_date(project, form.validated_data["days"])]
        dispatch_on_commit()
        return Response(EpochSerializer(described(project).filter(pk__in=changed), many=True).data)


class ScopeChoice(APIView):
    """What labels speak of."""

    @extend_schema(responses=ScopeAnswer)
    def get(self, request: Request, project_id: int) -> Response:
        """Show the scope, and the pairs of epochs where it is those."""
        return self.answer(get_project(request.user, project_id))

    @extend_schema(request=ScopeForm, responses=ScopeAnswer)
    def post(self, request: Request, project_id: int) -> Response:
        """Choose the place, single epochs, or pairs of them; pairs can be added later, too."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = ScopeForm(data=request.data)
        form.is_valid(raise_exception=True)
        pairs = [(pair["earlier"], pair["later"]) for pair in form.validated_data.get("pairs", [])]
        set_scope(project, Scope(form.validated_data["scope"]), pairs)
        dispatch_on_commit()
        return self.answer(project)

    def answer(self, project: Project) -> Response:
        """Describe the scope."""
        pairs = [{"earlier": pair.earlier_id, "later": pair.later_id} for pair in project.epoch_pairs.all()]
        fixed = FIXED if is_fixed(project) else ""
        told = {"scope": project.scope, "pairs": pairs, "fixed": fixed, "samples": project.samples.count()}
        return Response({**told, "unpaired": unpaired(project) if pairs else 0})
