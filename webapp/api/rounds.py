"""/api/projects/{id}/rounds/: what the model asked for, and why."""

from django.db.models import Prefetch
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.errors import NotFound
from annotation.models import Job, Rank, Round
from annotation.models.jobs import JobKind
from annotation.models.projects import Role
from annotation.stating import accuracy
from webapp.api.jobs import JobSerializer
from webapp.api.pagination import Listing
from webapp.api.person import person
from webapp.tasks import dispatch_on_commit


class RoundSerializer(serializers.ModelSerializer[Round]):
    """One ranking."""

    class Meta:
        """How it was made, and how good the model was then."""

        model = Round
        fields = [
            "number", "strategy", "seed", "encoder", "labels", "candidates", "audits", "accuracy", "accuracy_low",
            "accuracy_high", "seconds", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def to_representation(self, made: Round) -> dict[str, object]:
        """Blank an accuracy by too few audits, and say how many are missing."""
        shown, told = super().to_representation(made), accuracy(made)
        if told is None:
            return {**shown, "missing_audits": None}
        figures = {"accuracy": told["value"], "accuracy_low": told["low"], "accuracy_high": told["high"]}
        return {**shown, **figures, "missing_audits": told["missing"]}


class RankSerializer(serializers.ModelSerializer[Rank]):
    """A place in the order; of audits it tells no score and no reason."""

    audit = serializers.SerializerMethodField()

    class Meta:
        """The sample by its number."""

        model = Rank
        fields = ["position", "sample", "audit", "score", "reason"]
        read_only_fields = fields

    def get_audit(self, rank: Rank) -> bool:
        """Return whether the sample was drawn at random."""
        return hasattr(rank.sample, "audit")

    def to_representation(self, rank: Rank) -> dict[str, object]:
        """Blank what would colour an audit's label."""
        shown = super().to_representation(rank)
        return {**shown, "score": None, "reason": ""} if shown["audit"] else shown


class RoundDetailSerializer(RoundSerializer):
    """One ranking with its order."""

    ranks = RankSerializer(many=True, read_only=True)

    class Meta(RoundSerializer.Meta):
        """The round's own fields, then the order."""

        fields = [*RoundSerializer.Meta.fields, "ranks"]
        read_only_fields = fields


class RoundList(Listing):
    """The rounds of a project."""

    serializer_class = RoundSerializer
    queryset = Round.objects.none()
    filterset_fields = ["strategy"]

    @extend_schema(responses=RoundSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the rounds, newest first."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        return self.page(project.rounds.all())

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Ask for a new round now, which has heard all that was said; it joins one that waits."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        job = Job.request(project, JobKind.REFIT, user_id=person(request).pk)
        dispatch_on_commit(project.pk)
        return Response(JobSerializer(job).data, status=202)


class RoundDetail(APIView):
    """One round."""

    @extend_schema(responses=RoundDetailSerializer)
    def get(self, request: Request, project_id: int, number: int) -> Response:
        """Show a round with the order that it gave."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        ranks = Prefetch("ranks", Rank.objects.select_related("sample__audit"))
        made = project.rounds.filter(number=number).prefetch_related(ranks).first()
        if made is None:
            raise NotFound("No such round in this project.")
        return Response(RoundDetailSerializer(made).data)
