"""Every address of the site."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from webapp import connect, health, pages, pixels, tiles, wmts
from webapp.operating import metrics, page

PROJECT = "projects/<int:project_id>/"

urlpatterns = [
    path("", pages.projects, name="projects"),
    path("healthz/", health.healthz, name="healthz"),
    path("health/", page.health, name="health"),
    path("metrics", metrics.metrics, name="metrics"),
    path(
        "login/", LoginView.as_view(template_name="webapp/login.html", redirect_authenticated_user=True), name="login"
    ),
    path("inbox/", pages.inbox, name="inbox"),
    path("join/", pages.join, name="join"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("tokens/", pages.tokens, name="tokens"),
    path("projects/new/", pages.new_project, name="new-project"),
    path(PROJECT, pages.project, name="project"),
    path(f"{PROJECT}label/", pages.label, name="label"),
    path(f"{PROJECT}review/", pages.review, name="review"),
    path(f"{PROJECT}imagery/", pages.imagery, name="imagery"),
    path(f"{PROJECT}model/", pages.model, name="model"),
    path(f"{PROJECT}insights/", pages.insights, name="insights"),
    path(f"{PROJECT}quality/", pages.quality, name="quality"),
    path(f"{PROJECT}settings/", pages.project_settings, name="project-settings"),
    path(f"{PROJECT}imports/", pages.imports, name="imports"),
    path(f"{PROJECT}connect/", connect.connect, name="connect"),
    path(f"{PROJECT}exports/", pages.exports, name="exports"),
    path(f"{PROJECT}scenes/<int:pk>/<int:z>/<int:x>/<int:y>.png", tiles.SceneTile.as_view(), name="scene-tile"),
    path(f"{PROJECT}scenes/<int:pk>/preview.png", tiles.ScenePreview.as_view(), name="scene-preview"),
    path(f"{PROJECT}samples/<int:pk>/chip.png", tiles.SampleChip.as_view(), name="sample-chip"),
    path(f"{PROJECT}samples/<int:pk>/chip.tif", pixels.SamplePixels.as_view(), name="sample-pixels"),
    path(f"{PROJECT}samples/<int:pk>/mask.png", tiles.SampleMask.as_view(), name="sample-mask"),
    path(f"api/{PROJECT}wmts", wmts.WmtsService.as_view(), name="wmts"),
    path(f"api/{PROJECT}wmts/1.0.0/WMTSCapabilities.xml", wmts.WmtsCapabilities.as_view(), name="wmts-capabilities"),
    path(
        f"api/{PROJECT}wmts/1.0.0/<str:layer>/<str:style>/<str:matrices>/<int:z>/<int:y>/<int:x>.png",
        wmts.WmtsTile.as_view(),
        name="wmts-tile",
    ),
    path("api/", include("webapp.api.urls")),
    path("admin/", admin.site.urls),
]

handler403 = "webapp.refusals.forbidden"
handler404 = "webapp.refusals.missing"
handler500 = health.broken
