"""People: under which names an export tells of them, their own or pseudonyms."""

import hashlib
import hmac

from django.conf import settings
from django.contrib.auth import get_user_model

from annotation.models import Project


class People:
    """The names of accounts by their ids, looked up as they come."""

    def __init__(self, project: Project, *, pseudonyms: bool) -> None:
        """Tell of a project's people."""
        self.project = project
        self.pseudonyms = pseudonyms
        self._names: dict[int, str] = {}

    def name(self, pk: int | None) -> str | None:
        """Return what somebody is called."""
        if pk is None:
            return None
        if pk not in self._names:
            self._names[pk] = self._pseudonym(pk) if self.pseudonyms else self._own(pk)
        return self._names[pk]

    def stranger(self, name: str) -> str:
        """Return what somebody is called whom a file names, and who need not have an account here."""
        return self._pseudonym(f"of a file:{name}") if self.pseudonyms else name

    def _own(self, pk: int) -> str:
        return str(get_user_model().objects.values_list("username", flat=True).get(pk=pk))

    def _pseudonym(self, pk: int | str) -> str:
        """Return a name that is the same in all exports of the project, and that nobody without its key can undo."""
        told = f"{self.project.pk}:{pk}".encode()
        return f"person-{hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()[:8]}"
