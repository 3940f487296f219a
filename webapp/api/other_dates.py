"""/api/projects/{id}/samples/{id}/other-dates/: what was said of the same ground at other dates, to begin with."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_sample
from annotation.labeling.other_dates import labels_of_other_dates
from annotation.models import Annotation, Epoch
from webapp.api.annotations import AnnotationSerializer
from webapp.api.person import person


class OtherDateSerializer(AnnotationSerializer):
    """A label of another date of the same tile."""

    epochs = serializers.SerializerMethodField()

    class Meta(AnnotationSerializer.Meta):
        """The annotation's own fields and the names of its epochs."""

        fields = [*AnnotationSerializer.Meta.fields, "epochs"]

    def get_epochs(self, said: Annotation) -> list[str]:
        """Return the names of the epochs that it speaks of, the earlier first."""
        names: dict[int, str] = self.context["names"]
        return [names[pk] for pk in said.sample.epoch_ids]


class SampleOtherDates(APIView):
    """The labels of the same ground at other dates."""

    @extend_schema(responses=OtherDateSerializer(many=True))
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """List a label of each other date of a tile: your own, else the one that counts.

        The nearest comes first, and of two as near the earlier one. A label that begins with one says so: send its id
        as `copied_from` in the value of a mask. Samples without an epoch, and audits that wait, have none.
        """
        sample = get_sample(request.user, project_id, pk)
        readable = Annotation.objects.readable_by(request.user)
        told = labels_of_other_dates(sample, person(request).pk, readable)
        context = {"names": _names(sample.project.epochs.all())}
        return Response(OtherDateSerializer(told, many=True, context=context).data)


def _names(epochs: "QuerySet[Epoch]") -> dict[int, str]:
    return dict(epochs.values_list("pk", "name"))
