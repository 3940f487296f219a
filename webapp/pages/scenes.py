"""The page of a project's imagery."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from annotation import ingest
from annotation.access import get_project
from annotation.quotas import used_by
from mlcore.sensors import SENSORS
from webapp.pages.frame import page, render_project


@page
def imagery(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show the scenes and take uploads."""
    row = get_project(request.user, project_id)
    sensors = [{"code": sensor.code, "title": sensor.title, "bands": len(sensor.bands)} for sensor in SENSORS.values()]
    data = {"sensors": sensors, "upload_limit_mb": settings.UPLOAD_LIMIT_MB, "room": used_by(row).words}
    data["cloudy_above"] = row.cloudy_above
    data |= ingest.places_to_look(row)
    data["mounted"] = bool(settings.MOUNTED_FOLDERS)
    return render_project(request, row, "imagery", data)
