"""The person who asks."""

from django.contrib.auth.models import User
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request


def person(request: Request) -> User:
    """Return who is logged in, for acts that need somebody to be named."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
