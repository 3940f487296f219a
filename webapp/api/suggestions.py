"""/api/projects/{id}/suggestions/: what the published model says, for a reviewer to decide on."""

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import review
from annotation.access import find_sample, get_project
from annotation.models import Project, Review, Sample, Suggestion
from annotation.models.projects import Role
from annotation.tasks import TASKS, task_of
from webapp.api.annotations import mask_url, words_of
from webapp.api.pagination import Listing
from webapp.api.parsing import LARGEST_ID, Id, read_bbox
from webapp.api.person import person
from webapp.tasks import dispatch_on_commit

MOST_AT_ONCE = 500
TOLD = ("label", "model_version", "sample__project", "sample__assignment__member__user")
ORDERS = {"confidence": ("sure", "id"), "-confidence": ("-sure", "id"), "cluster": ("cluster", "-sure", "id")}

ALL_ORDERS = {**ORDERS, **{name: order for task in TASKS.values() for name, order in task.orders.items()}}


class SuggestionSerializer(serializers.ModelSerializer[Suggestion]):
    """What a model version said of a tile."""

    label = serializers.IntegerField(source="label.code", read_only=True, allow_null=True, default=None)  # type: ignore[assignment]
    model_version = serializers.IntegerField(source="model_version.number", read_only=True)
    index = serializers.IntegerField(source="sample.index", read_only=True)
    assigned = serializers.CharField(
        source="sample.assignment.member.user.username", read_only=True, default="", help_text="whom to label"
    )
    value = serializers.SerializerMethodField("get_whole")
    text = serializers.SerializerMethodField()
    chip_url = serializers.SerializerMethodField()
    date_urls = serializers.SerializerMethodField()
    mask_url = serializers.SerializerMethodField()

    class Meta:
        """Classes by their codes, model versions by their numbers."""

        model = Suggestion
        fields = [
            "id", "sample", "index", "label", "value", "text", "confidence", "model_version", "cluster", "state",
            "assigned", "chip_url", "date_urls", "mask_url",
        ]  # fmt: skip
        read_only_fields = fields

    def get_whole(self, said: Suggestion) -> dict[str, Any]:
        """Return the answer that it would give, with what else is told of it."""
        return {**said.value, **said.details}

    def get_text(self, said: Suggestion) -> str:
        """Return what it says in words."""
        return words_of(said.sample.project, said.value, self)

    def get_chip_url(self, said: Suggestion) -> str:
        """Return the address of the tile's picture."""
        return reverse("sample-chip", args=[said.sample.project_id, said.sample_id])

    def get_date_urls(self, said: Suggestion) -> list[str]:
        """Return the addresses of the tile's pictures at the earlier and the later of two epochs; of others none."""
        dates = ("earlier", "later") if said.sample.later_epoch_id else ()
        return [f"{self.get_chip_url(said)}?date={date}" for date in dates]

    def get_mask_url(self, said: Suggestion) -> str | None:
        """Return the address of the suggested mask, if there is one."""
        return mask_url(said.sample.project_id, said.sample_id, suggestion=said.pk) if said.mask else None


class SuggestionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What the list can be narrowed to."""

    label = django_filters.NumberFilter(method="naming")
    min_confidence = django_filters.NumberFilter("sure", lookup_expr="gte")
    max_confidence = django_filters.NumberFilter("sure", lookup_expr="lte")
    model_version = django_filters.NumberFilter("model_version__number")
    state = django_filters.ChoiceFilter(choices=Suggestion.State.choices)
    order = django_filters.ChoiceFilter(method="in_order", choices=[(name, name) for name in ALL_ORDERS])

    alike = django_filters.NumberFilter(
        method="leave", min_value=0, max_value=LARGEST_ID,
        help_text="a sample: those on the fifty tiles that look most like it, nearest first; `order` says nothing then",
    )  # fmt: skip

    alike_area = django_filters.CharFilter(
        method="leave",
        help_text="west,south,east,north: the same of the tiles of an area, and fifty that look most like all of them",
    )

    class Meta:
        """Each filter is declared above."""

        model = Suggestion
        fields: list[str] = []

    def filter_queryset(self, rows: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
        """Narrow and sort by how sure each is: of the class that is asked for, where the kind knows that."""
        label, project = self.form.cleaned_data["label"], self.project
        sure = task_of(project).sureness(project, None if label is None else int(label))
        sorted_rows = rows.annotate(sure=sure).order_by(*ORDERS["-confidence"])
        filtered: QuerySet[Suggestion] = super().filter_queryset(sorted_rows)
        like, area = self.form.cleaned_data["alike"], self.form.cleaned_data["alike_area"]
        samples = Sample.objects.filter(project=project)
        if like is not None:
            return review.most_alike(filtered, samples.filter(pk=find_sample(project, int(like)).pk))
        if area:
            return review.most_alike(filtered, samples.filter(tile__outline__intersects=read_bbox(area)))
        return filtered

    def naming(self, rows: QuerySet[Suggestion], name: str, value: Decimal) -> QuerySet[Suggestion]:
        """Leave those that name a class, by its code."""
        return rows.filter(task_of(self.project).naming(int(value)))

    def leave(self, rows: QuerySet[Suggestion], name: str, value: Decimal | str) -> QuerySet[Suggestion]:
        """Leave the list as it is: what is alike is found among what all other filters let through."""
        return rows

    def in_order(self, rows: QuerySet[Suggestion], name: str, value: str) -> QuerySet[Suggestion]:
        """Sort the list."""
        return rows.order_by(*ALL_ORDERS[value])

    @property
    def project(self) -> Project:
        """Return the project that is asked for."""
        view = self.request.parser_context["view"]
        return Project.objects.get(pk=view.kwargs["project_id"])


class SuggestionList(Listing):
    """The suggestions of a project."""

    serializer_class = SuggestionSerializer
    queryset = Suggestion.objects.none()
    filterset_class = SuggestionFilter

    @extend_schema(responses=SuggestionSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List suggestions, most confident first; `state=open` leaves those to decide on.

        Where tags are asked for by `label`, confidence and the orders by it are that tag's chance.
        """
        project = get_project(request.user, project_id, Role.REVIEWER)
        rows = Suggestion.objects.visible().filter(sample__project=project)
        if request.query_params.get("state") == Suggestion.State.OPEN:
            rows = rows.undecided()
        return self.page(rows.select_related(*TOLD))


class ReviewForm(serializers.Serializer[Any]):
    """One verdict on many suggestions."""

    ids = serializers.ListField(child=Id(), allow_empty=False, max_length=MOST_AT_ONCE)
    verdict = serializers.ChoiceField(Review.Verdict.choices)
    value = serializers.DictField(required=False, allow_null=True, default=None, help_text="to correct to")
    label = Id(required=False, allow_null=True, help_text='short for {"class": code}')  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for what a correction needs."""
        label, value = attrs.pop("label", None), attrs.pop("value")
        if attrs["verdict"] == Review.Verdict.CORRECT and label is None and value is None:
            raise serializers.ValidationError({"label": "Say which class is right."})
        return {**attrs, "value": {"class": label} if value is None and label is not None else value}


class Skipped(serializers.Serializer[Any]):
    """A suggestion that the verdict did not reach, and why."""

    id = serializers.IntegerField()
    reason = serializers.CharField()


class ReviewAnswer(serializers.Serializer[Any]):
    """How many were decided, and as which batch that can be taken back."""

    changed = serializers.IntegerField()
    skipped = Skipped(many=True)
    batch = serializers.IntegerField(allow_null=True)


class SuggestionReview(APIView):
    """Decisions in bulk."""

    @extend_schema(request=ReviewForm, responses=ReviewAnswer)
    def post(self, request: Request, project_id: int) -> Response:
        """Accept, correct or reject suggestions."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        form = ReviewForm(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data
        rows = Suggestion.objects.filter(sample__project=project, pk__in=wanted["ids"])
        outcome = review.decide(person(request), rows, wanted["verdict"], wanted["value"])
        dispatch_on_commit(project.pk)
        skipped = [{"id": pk, "reason": reason} for pk, reason in outcome.skipped]
        batch = outcome.batches[project.pk].pk if project.pk in outcome.batches else None
        return Response({"changed": outcome.changed, "skipped": skipped, "batch": batch})
