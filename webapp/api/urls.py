"""The addresses of the API."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from webapp.api import (
    annotations,
    claims,
    classes,
    epochs,
    exports,
    insights,
    jobs,
    lattices,
    members,
    model_versions,
    projects,
    promises,
    rounds,
    samples,
    scenes,
    sensors,
    suggestions,
    tiles,
    training,
)
from webapp.api.token import Token

app_name = "api"
PROJECT = "projects/<int:project_id>/"

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    # without metadata: OPTIONS would be answered by a page of HTML that there is no template for
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema", metadata_class=None), name="docs"),
    path("token/", Token.as_view(), name="token"),
    path("sensors/", sensors.SensorList.as_view(), name="sensor-list"),
    path("projects/", projects.ProjectList.as_view(), name="project-list"),
    path(PROJECT, projects.ProjectDetail.as_view(), name="project-detail"),
    path(f"{PROJECT}progress/", projects.ProjectProgress.as_view(), name="progress"),
    path(f"{PROJECT}classes/", classes.ClassList.as_view(), name="class-list"),
    path(f"{PROJECT}classes/<int:code>/", classes.ClassDetail.as_view(), name="class-detail"),
    path(f"{PROJECT}members/", members.MemberList.as_view(), name="member-list"),
    path(f"{PROJECT}members/<int:pk>/", members.MemberDetail.as_view(), name="member-detail"),
    path(f"{PROJECT}scenes/", scenes.SceneList.as_view(), name="scene-list"),
    path(f"{PROJECT}scenes/<int:pk>/", scenes.SceneDetail.as_view(), name="scene-detail"),
    path(f"{PROJECT}lattices/", lattices.LatticeList.as_view(), name="lattice-list"),
    path(f"{PROJECT}lattices/<int:pk>/", lattices.LatticeDetail.as_view(), name="lattice-detail"),
    path(f"{PROJECT}epochs/", epochs.EpochList.as_view(), name="epoch-list"),
    path(f"{PROJECT}epochs/<int:pk>/", epochs.EpochDetail.as_view(), name="epoch-detail"),
    path(f"{PROJECT}epochs/group/", epochs.EpochGroup.as_view(), name="epoch-group"),
    path(f"{PROJECT}scope/", epochs.ScopeChoice.as_view(), name="scope"),
    path(f"{PROJECT}tiles/", tiles.TileList.as_view(), name="tile-list"),
    path(f"{PROJECT}claim/", claims.Claims.as_view(), name="claim"),
    path(f"{PROJECT}leases/release/", claims.Release.as_view(), name="release"),
    path(f"{PROJECT}samples/<int:pk>/", samples.SampleDetail.as_view(), name="sample-detail"),
    path(f"{PROJECT}samples/<int:pk>/claim/", claims.ClaimOne.as_view(), name="sample-claim"),
    path(f"{PROJECT}annotations/", annotations.AnnotationList.as_view(), name="annotation-list"),
    path(f"{PROJECT}suggestions/", suggestions.SuggestionList.as_view(), name="suggestion-list"),
    path(f"{PROJECT}suggestions/review/", suggestions.SuggestionReview.as_view(), name="suggestion-review"),
    path(f"{PROJECT}promise/", promises.PromisePreview.as_view(), name="promise"),
    path(f"{PROJECT}acceptances/", promises.AcceptanceList.as_view(), name="acceptance-list"),
    path(f"{PROJECT}acceptances/<int:pk>/rollback/", promises.AcceptanceRollback.as_view(), name="acceptance-rollback"),
    path(f"{PROJECT}rounds/", rounds.RoundList.as_view(), name="round-list"),
    path(f"{PROJECT}rounds/<int:number>/", rounds.RoundDetail.as_view(), name="round-detail"),
    path(f"{PROJECT}model-versions/", model_versions.ModelVersionList.as_view(), name="model-version-list"),
    path(
        f"{PROJECT}model-versions/<int:number>/promote/",
        model_versions.ModelVersionPromote.as_view(),
        name="model-version-promote",
    ),
    path(
        f"{PROJECT}model-versions/<int:number>/discard/",
        model_versions.ModelVersionDiscard.as_view(),
        name="model-version-discard",
    ),
    path(f"{PROJECT}training/", training.Training.as_view(), name="training"),
    path(f"{PROJECT}encoder/", training.EncoderChoice.as_view(), name="encoder"),
    path(f"{PROJECT}insights/", insights.Insights.as_view(), name="insights"),
    path(f"{PROJECT}quality/", insights.Quality.as_view(), name="quality"),
    path(f"{PROJECT}quality/<int:pk>/", insights.QualityDecision.as_view(), name="quality-decision"),
    path(f"{PROJECT}jobs/", jobs.JobList.as_view(), name="job-list"),
    path(f"{PROJECT}jobs/<int:pk>/restart/", jobs.JobRestart.as_view(), name="job-restart"),
    path(f"{PROJECT}jobs/<int:pk>/cancel/", jobs.JobCancel.as_view(), name="job-cancel"),
    path(f"{PROJECT}exports/", exports.ExportList.as_view(), name="export-list"),
    path(f"{PROJECT}exports/<int:pk>/", exports.ExportDetail.as_view(), name="export-detail"),
    path(f"{PROJECT}exports/<int:pk>/download/", exports.ExportDownload.as_view(), name="export-download"),
]
