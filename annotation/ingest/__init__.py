"""Ingest: files become assets, scenes, tiles and samples; uploads are looked at first and worked on by a job."""

from annotation.ingest.arrivals import Wishes
from annotation.ingest.bringing import request_bring
from annotation.ingest.browsing import may_be_shown, offered_picture, places_to_look
from annotation.ingest.catalogues import add_items, offers, request_items
from annotation.ingest.changes import correct_date, correct_details, correct_sensor, remove_scene
from annotation.ingest.dating import state_time
from annotation.ingest.dependents import Dependents, dependents_of
from annotation.ingest.intake import ingest_files, run
from annotation.ingest.orphans import sweep_files
from annotation.ingest.requesting import request_ingest, request_mounted
from annotation.ingest.restating import Place, request_place
from annotation.ingest.results import FileResult, Receipt, Status
from annotation.ingest.statements import count_alike, state_bands

__all__ = [
    "Dependents",
    "FileResult",
    "Place",
    "Receipt",
    "Status",
    "Wishes",
    "add_items",
    "correct_date",
    "correct_details",
    "correct_sensor",
    "count_alike",
    "dependents_of",
    "ingest_files",
    "may_be_shown",
    "offered_picture",
    "offers",
    "places_to_look",
    "remove_scene",
    "request_bring",
    "request_ingest",
    "request_items",
    "request_mounted",
    "request_place",
    "run",
    "state_bands",
    "state_time",
    "sweep_files",
]
