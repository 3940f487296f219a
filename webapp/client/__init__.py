"""A client of the API for Python programs: projects, labels and suggestions, as tables and as what trains.

    from webapp.client import Client
    project = Client("https://label.example.org", token).project("Lakes")

It needs nothing of the server's: `frames` asks for geopandas and `dataset` for torch when they are used.
"""

from webapp.client.clients import Client
from webapp.client.errors import Conflict, Missing, Refused, Unanswered
from webapp.client.projects import Answer, Project, Result

__all__ = ["Answer", "Client", "Conflict", "Missing", "Project", "Refused", "Result", "Unanswered"]
