"""The nouns of the domain: one module for each family of tables."""

from annotation.models.assignments import Assignment
from annotation.models.audits import Acceptance, AuditDraw, AuditForecast, Exposure
from annotation.models.comments import Comment, InboxVisit
from annotation.models.coverage import Coverage
from annotation.models.epochs import Epoch, EpochPair
from annotation.models.exports import Export
from annotation.models.imagery import Asset, Grid, Scene
from annotation.models.imports import Import, ImportItem
from annotation.models.invitations import Invitation, JoinLink
from annotation.models.jobs import Job
from annotation.models.keyboards import Keyboard
from annotation.models.label_classes import LabelClass, Schema
from annotation.models.labels import Annotation, Lease, Review, ReviewBatch
from annotation.models.learning import ModelVersion, Rank, Round, Suggestion
from annotation.models.overlays import Overlay
from annotation.models.own_sensors import OwnSensor
from annotation.models.parts import Part
from annotation.models.projects import Member, Project
from annotation.models.releases import Release
from annotation.models.samples import Sample, Tile
from annotation.models.tokens import AccessToken
from annotation.models.tours import Tour
from annotation.models.transfers import Transfer
from annotation.models.views import Layout, View
from annotation.models.webhooks import Delivery, Webhook

__all__ = [
    "Acceptance",
    "AccessToken",
    "Annotation",
    "Assignment",
    "Asset",
    "Comment",
    "Coverage",
    "AuditDraw",
    "AuditForecast",
    "Delivery",
    "Epoch",
    "EpochPair",
    "Export",
    "Exposure",
    "Grid",
    "Import",
    "ImportItem",
    "InboxVisit",
    "Invitation",
    "Job",
    "JoinLink",
    "Keyboard",
    "LabelClass",
    "Layout",
    "Lease",
    "Member",
    "ModelVersion",
    "Overlay",
    "OwnSensor",
    "Part",
    "Project",
    "Rank",
    "Release",
    "Review",
    "ReviewBatch",
    "Round",
    "Sample",
    "Scene",
    "Schema",
    "Suggestion",
    "Tile",
    "Tour",
    "View",
    "Transfer",
    "Webhook",
]
