"""The guided tour of the label page: offered to each person once, and never again by itself."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from annotation.models import Tour


def wants_tour(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Return whether the label page offers the tour to a person by itself."""
    return user.is_authenticated and not Tour.objects.filter(user=user.pk).exists()


def want_tour(user: AbstractBaseUser, *, wanted: bool) -> bool:
    """Offer the tour to a person once more, or never again; return what holds now."""
    if wanted:
        Tour.objects.filter(user=user.pk).delete()
    else:
        Tour.objects.get_or_create(user_id=user.pk)
    return wanted
