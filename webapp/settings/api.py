"""The REST API and its description."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "webapp.scopes.ByToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "webapp.scopes.InScope"],
    "DEFAULT_PARSER_CLASSES": ["webapp.api.parsing.Json"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 100,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "webapp.api.errors.handle",
    "URL_FORMAT_OVERRIDE": None,  # ?format= is a filter of ours
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Terrascribe",
    "DESCRIPTION": "Label Earth-observation tiles while a foundation model learns beside you.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": {
        "AssignmentKind": "annotation.models.Assignment.Kind",
        "AnnotationVerdict": "annotation.models.Annotation.Verdict",
        "ReviewVerdict": "annotation.models.labels.ReviewVerdict",
        "JobKind": "annotation.models.jobs.JobKind",
        "PromiseKind": "annotation.models.projects.PromiseKind",
        "Provenance": "annotation.models.Annotation.Provenance",
        "Scope": "annotation.models.projects.Scope",
        "TokenScope": "annotation.models.tokens.TokenScope",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
