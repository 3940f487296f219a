"""/api/projects/{id}/webhooks/: addresses that are told what happens, for owners; and the messages that went there."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_delivery, get_project, get_webhook
from annotation.hooks import ask_test, change_webhook, drop_delivery, make_webhook, remove_webhook, send_again
from annotation.models import Delivery, Webhook
from annotation.models.projects import Role
from annotation.models.webhooks import EventKind
from webapp.api.pagination import Listing
from webapp.api.person import person
from webapp.outward import Refused, check_url

EVENTS = [(kind.value, kind.label) for kind in EventKind if kind is not EventKind.TEST]


class UrlField(serializers.CharField):
    """An address that messages may go to."""

    def to_internal_value(self, data: Any) -> str:
        """Read it."""
        url = super().to_internal_value(data)
        try:
            check_url(url)
        except Refused as error:
            raise serializers.ValidationError(str(error)) from error
        return url


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """A webhook; never its secret."""

    events = serializers.ListField(child=serializers.ChoiceField(EVENTS))
    active = serializers.SerializerMethodField()
    waiting = serializers.SerializerMethodField(help_text="messages that are not taken yet")

    class Meta:
        """What owners are told."""

        model = Webhook
        fields = ["id", "url", "events", "active", "paused_because", "waiting", "created_at"]
        read_only_fields = fields

    def get_active(self, row: Webhook) -> bool:
        """Return whether it is told anything now."""
        return row.paused_at is None

    def get_waiting(self, row: Webhook) -> int:
        """Return how many messages wait."""
        return row.deliveries.filter(sent_at=None).count()


class NewWebhook(serializers.Serializer[Any]):
    """Where messages go, of what, and signed with what."""

    url = UrlField(max_length=500)
    events = serializers.ListField(child=serializers.ChoiceField(EVENTS), min_length=1, max_length=10)
    secret = serializers.CharField(
        max_length=120, required=False, help_text="`whsec_...`; one is made where you give none"
    )


class WebhookChange(serializers.Serializer[Any]):
    """What is to be otherwise."""

    url = UrlField(max_length=500, required=False)
    events = serializers.ListField(child=serializers.ChoiceField(EVENTS), min_length=1, max_length=10, required=False)
    active = serializers.BooleanField(required=False, help_text="false pauses it; true lets it go on where it stopped")
    new_secret = serializers.BooleanField(required=False, help_text="true makes another secret and tells it")


class MadeWebhook(WebhookSerializer):
    """A webhook, with its secret this once."""

    secret = serializers.CharField(help_text="with which messages are signed; empty where it is not new")

    class Meta(WebhookSerializer.Meta):
        """All that can be told, and the secret."""

        fields = [*WebhookSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """A message and how its last try went."""

    class Meta:
        """What owners are told."""

        model = Delivery
        fields = [
            "id", "message", "kind", "content", "created_at", "sent_at", "attempts", "next_at", "status", "error",
            "seconds",
        ]  # fmt: skip
        read_only_fields = fields


class WebhookList(Listing):
    """The webhooks of a project."""

    serializer_class = WebhookSerializer
    queryset = Webhook.objects.none()

    @extend_schema(responses=WebhookSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List them."""
        return self.page(get_project(request.user, project_id, Role.OWNER).webhooks.all())

    @extend_schema(request=NewWebhook, responses={201: MadeWebhook})
    def post(self, request: Request, project_id: int) -> Response:
        """Make one; its secret is in this answer and nowhere else. It hears of what comes from now on."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = NewWebhook(data=request.data)
        form.is_valid(raise_exception=True)
        row, secret = make_webhook(project, by=person(request), **form.validated_data)
        return Response({**WebhookSerializer(row).data, "secret": secret}, status=201)


class WebhookDetail(APIView):
    """One webhook."""

    @extend_schema(request=WebhookChange, responses=MadeWebhook)
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Change its address or events, pause it, let it go on, or give it a new secret."""
        row = get_webhook(request.user, project_id, pk)
        form = WebhookChange(data=request.data)
        form.is_valid(raise_exception=True)
        secret = change_webhook(row, **form.validated_data)
        row.refresh_from_db()
        return Response({**WebhookSerializer(row).data, "secret": secret})

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Remove it with its messages."""
        remove_webhook(get_webhook(request.user, project_id, pk))
        return Response(status=204)


class WebhookTest(APIView):
    """A message that says nothing."""

    @extend_schema(request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Send one; how it went stands in the list of messages some seconds later."""
        return Response(DeliverySerializer(ask_test(get_webhook(request.user, project_id, pk))).data, status=202)


class DeliveryList(Listing):
    """The messages of a webhook."""

    serializer_class = DeliverySerializer
    queryset = Delivery.objects.none()

    @extend_schema(responses=DeliverySerializer(many=True))
    def get(self, request: Request, project_id: int, pk: int) -> HttpResponseBase:
        """List the messages of the last 30 days, the newest first."""
        return self.page(get_webhook(request.user, project_id, pk).deliveries.all())


class DeliveryDetail(APIView):
    """One message."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Forget it: those behind it have their turn."""
        drop_delivery(get_delivery(request.user, project_id, pk))
        return Response(status=204)


class DeliveryAgain(APIView):
    """A message once more."""

    @extend_schema(request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Send it again under the same `message`, by which the other side knows it."""
        row = get_delivery(request.user, project_id, pk)
        send_again(row)
        row.refresh_from_db()
        return Response(DeliverySerializer(row).data, status=202)
