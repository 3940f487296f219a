"""/api/projects/{id}/claim/: the tiles that a person is to label next."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import labeling
from annotation.access import get_project, get_sample
from annotation.errors import NotFound
from annotation.models import Project
from annotation.models.projects import Role
from webapp.api.parsing import Id
from webapp.api.person import person
from webapp.api.samples import describe_leases
from webapp.cache import away
from webapp.tasks import dispatch_on_commit

MOST_HELD = 20


class ClaimForm(serializers.Serializer[Any]):
    """What a person has and wants."""

    count = serializers.IntegerField(min_value=1, max_value=MOST_HELD, default=5)
    showing = Id(required=False, allow_null=True, default=None)
    holding = serializers.ListField(child=Id(), required=False, default=list, max_length=100)
    unsaved = serializers.ListField(
        child=Id(), required=False, default=list, max_length=20,
        help_text="tiles that you answered just now, which then don't count as left, whether they have arrived or not",
    )  # fmt: skip


class PaceAnswer(serializers.Serializer[Any]):
    """How long a person's labels take, learnt from theirs and everybody's."""

    seconds = serializers.FloatField(help_text="of a label of the newest round's tiles")
    batch = serializers.IntegerField(help_text="labels until the model learns again")
    ahead = serializers.IntegerField(help_text="tiles to hold besides the one on show: half a minute's work")


class ClaimAnswer(serializers.Serializer[Any]):
    """What to label next, best first."""

    round = serializers.IntegerField(allow_null=True)
    dropped = serializers.ListField(child=serializers.IntegerField())
    open = serializers.IntegerField()
    queue = serializers.ListField(child=serializers.DictField())
    pace = PaceAnswer(allow_null=True)
    batches = serializers.ListField(
        child=serializers.DictField(), help_text="`id`, `note` and `left` (open tiles) of what you were assigned"
    )
    pauses = serializers.BooleanField(help_text="no worker can be told: labels are kept, the model learns later")


class Claims(APIView):
    """The queue of one person."""

    @extend_schema(request=ClaimForm, responses=ClaimAnswer)
    def post(self, request: Request, project_id: int) -> Response:
        """Renew your leases and fill them up to `count` tiles."""
        form = ClaimForm(data=request.data)
        wish = labeling.Wish(**form.validated_data) if form.is_valid() else None
        claim = labeling.claim_as(Role.ANNOTATOR, project_id, person(request), wish) if wish else None
        if claim is None:
            get_project(request.user, project_id, Role.ANNOTATOR)  # says what is in the way, of what may be known
            form.is_valid(raise_exception=True)
            raise NotFound("No such project.")
        if claim.wants_worker:
            dispatch_on_commit(project_id)
        queue = describe_leases(request.user, claim.queue)
        shown = {"round": claim.round, "dropped": claim.dropped, "open": claim.open, "queue": queue, "pauses": away()}
        batches = [asdict(batch) for batch in claim.batches]
        return Response({**shown, "batches": batches, "pace": _pace(claim.project, claim.seconds)})


class ClaimOne(APIView):
    """A tile that somebody picked on the map."""

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Take this very tile; 409 while somebody else holds it."""
        sample = get_sample(request.user, project_id, pk, Role.ANNOTATOR)
        lease = labeling.claim_one(sample, person(request))
        return Response(describe_leases(request.user, [lease])[0])


class Release(APIView):
    """The end of a visit."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, project_id: int) -> Response:
        """Give back the tiles that you hold."""
        project = get_project(request.user, project_id, Role.ANNOTATOR)
        labeling.release_leases(project, person(request))
        return Response(status=204)


class SittingAnswer(serializers.Serializer[Any]):
    """What you answered since your last pause of an hour, up to 300 answers."""

    samples = serializers.ListField(child=serializers.IntegerField(), help_text="answered by you, the latest last")
    seconds = serializers.ListField(child=serializers.FloatField(), help_text="of each first label of a tile")


class SittingOf(APIView):
    """How far a person has come in this sitting."""

    @extend_schema(responses=SittingAnswer)
    def get(self, request: Request, project_id: int) -> Response:
        """Tell which tiles you answered lately, to go back to, and how long your labels took."""
        project = get_project(request.user, project_id, Role.ANNOTATOR)
        sitting = labeling.sitting_of(project, person(request))
        return Response({"samples": sitting.samples, "seconds": sitting.seconds})


class CostRow(serializers.Serializer[Any]):
    """What labels of a group take."""

    name = serializers.CharField()
    labels = serializers.IntegerField()
    seconds = serializers.FloatField(help_text="median")
    per_hour = serializers.FloatField(help_text="by the mean of the seconds, 300 at the most each")
    interactions = serializers.FloatField(allow_null=True, help_text="keys and clicks, median")


class CostAnswer(serializers.Serializer[Any]):
    """Groups of at least five labels that were given one by one."""

    everybody = CostRow(allow_null=True)
    people = CostRow(many=True)
    classes = CostRow(many=True)
    ways = CostRow(many=True)


class Costs(APIView):
    """What a label takes."""

    @extend_schema(responses=CostAnswer)
    def get(self, request: Request, project_id: int) -> Response:
        """Tell seconds and interactions of a label by person, class and way of saying it; for owners."""
        return Response(labeling.costs(get_project(request.user, project_id, Role.OWNER)))


def _pace(project: Project, seconds: float | None) -> dict[str, Any] | None:
    if seconds is None:
        return None
    return {"seconds": round(seconds, 1), "batch": project.refit_every, "ahead": labeling.tiles_ahead(seconds)}
