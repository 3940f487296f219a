"""Operating: what whoever runs an installation looks at: the page of health, and metrics for Prometheus."""

from django.conf import settings

from webapp.operating.sharing import share

if settings.METRICS:  # here, so that it comes before anything imports the library
    share()
