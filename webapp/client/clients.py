"""Client: one person's way to one server, and to the projects there."""

from webapp.client.calls import Calls
from webapp.client.errors import Missing
from webapp.client.projects import Project


class Client(Calls):
    """Calls, and the projects that they lead to."""

    def projects(self) -> list[Project]:
        """Return the projects that the token's person is a member of."""
        return [Project(self, facts) for facts in self.rows("projects/")]

    def project(self, which: int | str) -> Project:
        """Return a project by its number or its exact name.

        Raises:
            Missing: there is none.
        """
        if isinstance(which, int):
            return Project(self, self.get(f"projects/{which}/"))
        for project in self.projects():
            if project.name == which:
                return project
        raise Missing(f"There is no project {which!r} that this token may know of.")
