"""The keys of a person: those that a page asks for may trade places, so that none is ever lost or doubled."""

import re

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from annotation.errors import BadSettings
from annotation.models import Keyboard

MOST_KEYS = 200
_KEY = re.compile(r"(Ctrl\+)?(Alt\+)?(Shift\+)?(\S|[A-Z][A-Za-z0-9]{1,15})")
_KEPT = {"Escape", "Tab"}  # they close and lead on, wherever one is


def keys_of(user: AbstractBaseUser | AnonymousUser) -> dict[str, str]:
    """Return what the person presses for a key that a page asks for, where that is another one."""
    keys: dict[str, str] = Keyboard.objects.filter(user=user.pk).values_list("keys", flat=True).first() or {}
    return keys


def choose_keys(user: AbstractBaseUser, keys: dict[str, str]) -> dict[str, str]:
    """Keep a person's keys in place of what was chosen before; an empty choice is the pages' own.

    Raises:
        BadSettings: something is no key, or a key would be lost or have two meanings.
    """
    chosen = {key: pressed for key, pressed in keys.items() if key != pressed}
    for key in (*chosen, *chosen.values()):
        if not _KEY.fullmatch(key):
            raise BadSettings(f"“{key[:20]}” is no key: write it as a, Shift+b, Ctrl+z, Space or ArrowLeft.")
    if kept := _KEPT & {*chosen, *chosen.values()}:
        raise BadSettings(f"{kept.pop()} keeps its meaning: choose another key.")
    if set(chosen) != set(chosen.values()):
        raise BadSettings("A key would be lost, or mean two things: keys trade places, such as a for b and b for a.")
    if len(chosen) > MOST_KEYS:
        raise BadSettings(f"At most {MOST_KEYS} keys can be changed.")
    Keyboard.objects.update_or_create(user_id=user.pk, defaults={"keys": chosen})
    return chosen
