"""The HTML pages: each checks access, gathers the data of its first paint and renders a template."""

from webapp.pages.exchange import exports, imports
from webapp.pages.frame import TABS, page, render_project, tabs_of, url_templates
from webapp.pages.labelling import label, quality, review
from webapp.pages.models import insights, model
from webapp.pages.options import project_settings
from webapp.pages.overview import project
from webapp.pages.scenes import imagery
from webapp.pages.site import inbox, join, new_project, projects, tokens

__all__ = [
    "TABS",
    "exports",
    "imagery",
    "imports",
    "inbox",
    "insights",
    "join",
    "label",
    "model",
    "new_project",
    "page",
    "project",
    "project_settings",
    "projects",
    "quality",
    "render_project",
    "review",
    "tabs_of",
    "tokens",
    "url_templates",
]
