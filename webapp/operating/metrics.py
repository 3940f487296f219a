"""/metrics: requests by view and status, latency, queues, jobs and disk in Prometheus' words; off unless METRICS is on.

Labels are names of views, methods, statuses, queues and kinds of jobs: few, and never what a stranger sent. The web
processes of a machine add up their counts in a folder of its temporary files; what is said of jobs comes from the
database, and counts on all machines.
"""

import hmac
import os
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from annotation.backups import last_backup
from webapp.operating import disk, work

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
NOT_THERE = "none"  # an address that no view has

_counts = CollectorRegistry()
REQUESTS = Counter("terrascribe_requests", "Requests answered", ["view", "method", "status"], registry=_counts)
SECONDS = Histogram("terrascribe_request_seconds", "Time to answer", ["view"], buckets=BUCKETS, registry=_counts)


class Counted:
    """Count each answer, and how long it took until it began."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stay out of the way where nobody measures."""
        if not settings.METRICS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as ever."""
        began = time.perf_counter()
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            view = request.resolver_match.view_name if request.resolver_match else NOT_THERE
            method = request.method if request.method in METHODS else "other"
            REQUESTS.labels(view or NOT_THERE, method, str(response.status_code)).inc()
            SECONDS.labels(view or NOT_THERE).observe(time.perf_counter() - began)
        return response


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell Prometheus, if it knows the token, or an administrator."""
    if not settings.METRICS:
        raise Http404("Metrics are off; the setting METRICS turns them on.")
    if not (request.user.is_superuser or _knows_token(request)):
        told = {"code": "not_allowed", "message": "Metrics are for administrators, or with the METRICS_TOKEN."}
        return JsonResponse({"error": told}, status=403)
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_counts)
    registry.register(Installation())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Installation:
    """What the database and the disk tell."""

    def collect(self) -> Iterator[Metric]:
        """Yield queues, jobs of the last day, disk and backup."""
        jobs = GaugeMetricFamily("terrascribe_queue_jobs", "Jobs under way", labels=["queue", "state"])
        oldest = GaugeMetricFamily("terrascribe_queue_oldest_seconds", "Age of the oldest that waits", labels=["queue"])
        for lane in work.lanes():
            jobs.add_metric([lane.name, "waiting"], lane.waiting)
            jobs.add_metric([lane.name, "running"], lane.running)
            oldest.add_metric([lane.name], lane.oldest.total_seconds() if lane.oldest else 0)
        yield from (jobs, oldest)
        ended = GaugeMetricFamily("terrascribe_jobs_last_day", "Jobs that ended", labels=["kind", "state"])
        took = GaugeMetricFamily("terrascribe_job_seconds_last_day", "Time that jobs took", labels=["kind", "of"])
        for pace in work.paces():
            ended.add_metric([pace.kind, "done"], pace.done)
            ended.add_metric([pace.kind, "failed"], pace.failed)
            took.add_metric([pace.kind, "mean"], pace.mean)
            took.add_metric([pace.kind, "longest"], pace.longest)
        yield from (ended, took)
        yield GaugeMetricFamily("terrascribe_jobs_failed", "Failed jobs that wait for a person", work.failed())
        yield GaugeMetricFamily("terrascribe_disk_free_bytes", "Free room for DATA_DIR", disk.free()[0])
        if backup := last_backup():
            made = backup.moment.timestamp()
            yield GaugeMetricFamily("terrascribe_backup_timestamp_seconds", "When the last backup was made", made)


def _knows_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode())
