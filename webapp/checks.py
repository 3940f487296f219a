"""System checks: a configuration that would be unsafe or fail later stops the start, with a hint."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from annotation import storage
from annotation.encoders import list_installed
from mlcore.errors import BadSensor
from mlcore.remote import Policy
from mlcore.sensors.own import add_own
from webapp.basemaps import BadBasemap, basemaps

LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}
SHORTEST_SECRET = 40
BOUNDS = {
    "TILE_PX": (16, 1024),
    "LEASE_MINUTES": (1, 24 * 60),
    "PREFETCH": (1, 50),
    "LOGIN_FAILURES": (1, 1000),
    "TOKEN_DAYS": (1, 3650),
    "TOKEN_MOST_DAYS": (1, 3650),
    "UPLOAD_LIMIT_MB": (1, 1_000_000),
}


@checks.register(checks.Tags.security)
def debug_stays_at_home(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Refuse development, whose secrets everybody knows, on names other machines can reach."""
    abroad = sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK)
    if not settings.DEVELOPMENT or not abroad:
        return []
    hint = "Set DEBUG=false and SECRET_KEY, or leave ALLOWED_HOSTS at its default."
    return [checks.Error(f"DEBUG is on while ALLOWED_HOSTS serves {', '.join(abroad)}.", hint=hint, id="webapp.E001")]


@checks.register(checks.Tags.security)
def secret_is_secret(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Refuse a guessable SECRET_KEY in production."""
    if settings.DEVELOPMENT or (
        len(settings.SECRET_KEY) >= SHORTEST_SECRET and settings.SECRET_KEY != settings.DEVELOPMENT_SECRET
    ):
        return []
    hint = 'Make one: python -c "import secrets; print(secrets.token_urlsafe(50))"'
    message = f"SECRET_KEY is the development one or under {SHORTEST_SECRET} characters."
    return [checks.Error(message, hint=hint, id="webapp.E002")]


@checks.register(checks.Tags.security)
def production_hosts_are_named(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Refuse a production server that answers to any name."""
    if settings.DEVELOPMENT or (settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS):
        return []
    hint = "Set ALLOWED_HOSTS to the names under which people reach the site, separated by commas."
    return [checks.Error("ALLOWED_HOSTS is empty or '*' in production.", hint=hint, id="webapp.E003")]


@checks.register(checks.Tags.security)
def production_demo_has_its_own_password(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Refuse the demo's development password in production."""
    if settings.DEVELOPMENT or settings.DEMO_PASSWORD != settings.DEMO_USER:
        return []
    hint = "Set DEMO_PASSWORD to something else, or leave it empty to have no demo account."
    return [checks.Error("DEMO_PASSWORD is the development one in production.", hint=hint, id="webapp.E004")]


@checks.register("webapp")
def numbers_make_sense(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Refuse settings of the labelling loop that can't work."""
    messages = [
        f"{name} is {getattr(settings, name)}: it must lie between {least} and {most}."
        for name, (least, most) in BOUNDS.items()
        if not least <= getattr(settings, name) <= most
    ]
    return [checks.Error(message, hint="Unset it for the default.", id="webapp.E005") for message in messages]


@checks.register("webapp")
def hosts_can_be_read(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Refuse entries of REMOTE_HOSTS that name no host."""
    try:
        Policy(tuple(settings.REMOTE_HOSTS))
    except ValueError as error:
        return [
            checks.Error(
                f"REMOTE_HOSTS: {error}", hint="docs/catalogues.md lists what an entry can be.", id="webapp.E009"
            )
        ]
    return []


@checks.register("webapp")
def basemaps_can_be_shown(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Refuse a BASEMAPS_FILE with anything in it that no page should fetch."""
    try:
        basemaps()
    except BadBasemap as error:
        hint = "Correct it, or unset BASEMAPS_FILE. docs/looking.md says how it is written."
        return [checks.Error(f"BASEMAPS_FILE: {error}", hint=hint, id="webapp.E023")]
    return []


@checks.register("webapp")
def files_can_be_kept(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Refuse an address of a bucket that is none, and to start without what speaks to buckets."""
    if not settings.STORAGE_URL:
        return []
    try:
        storage.store()
    except ImportError:
        hint = "Install it: pip install 'terrascribe[s3]'."
        return [checks.Error("STORAGE_URL names a bucket, but boto3 is not installed.", hint=hint, id="webapp.E006")]
    except ValueError as error:
        return [checks.Error(str(error), hint="Mend or unset STORAGE_URL.", id="webapp.E007")]
    return []


@checks.register(checks.Tags.database)  # which are run where a command reaches out to other servers anyway
def bucket_is_there(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Refuse a bucket that is not there, or that does not let us in."""
    if files_can_be_kept(None) or not (trouble := storage.trouble()):
        return []
    hint = "Check STORAGE_URL, S3_ENDPOINT and the usual AWS_ variables; docs/storage.md says which rights it takes."
    return [checks.Error(f"{settings.STORAGE_URL}: {trouble}", hint=hint, id="webapp.E008")]


@checks.register("webapp")
def encoders_can_be_read(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Warn of encoders that the operator laid out and no project will be offered."""
    folder = settings.ENCODERS_DIR
    if folder is None:
        return []
    if not folder.is_dir():
        hint = "Make the folder and lay weights into it, or unset ENCODERS_DIR."
        return [checks.Warning(f"ENCODERS_DIR is {folder}, which isn't a folder.", hint=hint, id="webapp.W002")]
    hint = "No project is offered it. docs/model.md says what can lie in ENCODERS_DIR."
    faults = [weights.fault for weights in list_installed() if weights.fault]
    return [checks.Warning(f"ENCODERS_DIR: {fault}", hint=hint, id="webapp.W003") for fault in faults]


@checks.register("webapp")
def mounted_folders_are_elsewhere(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Refuse mounted folders that hold our own files or lie in them, and warn of those that are not there."""
    own, told = settings.DATA_DIR.resolve(), list[checks.CheckMessage]()
    for name, text in settings.MOUNTED_FOLDERS.items():
        folder = Path(text).resolve()
        if not Path(text).is_absolute() or folder.is_relative_to(own) or own.is_relative_to(folder):
            hint = "Name absolute folders beside DATA_DIR, neither in it nor around it: archive=/mnt/archive."
            told.append(checks.Error(f"MOUNTED_FOLDERS: {name} is {text}.", hint=hint, id="webapp.E021"))
        elif not folder.is_dir():
            hint = "Mount it, or take it out of MOUNTED_FOLDERS."
            told.append(checks.Warning(f"{name} ({text}) is no folder.", hint=hint, id="webapp.W004"))
    return told


@checks.register(checks.Tags.staticfiles)
def packages_are_installed(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Warn when npm hasn't put others' scripts where the pages look for them."""
    missing = [
        package
        for package, folder in settings.VENDORED.values()
        if not (settings.NODE_MODULES / package / folder).is_dir()
    ]
    if not missing:
        return []
    message = f"{' and '.join(missing)} isn't in {settings.NODE_MODULES}."
    return [checks.Warning(message, hint="Run npm ci, or set NODE_MODULES.", id="webapp.W001")]


@checks.register()
def own_sensors_can_be_read(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Refuse a SENSORS_FILE in which a sensor cannot be."""
    try:
        if settings.SENSORS_FILE:
            add_own(settings.SENSORS_FILE)
    except BadSensor as error:
        hint = "Correct it, or unset SENSORS_FILE. docs/imagery.md says how it is written."
        return [checks.Error(f"SENSORS_FILE: {error}", hint=hint, id="webapp.E020")]
    return []
