"""The database, Redis and the libraries of GeoDjango."""

from typing import Any

import dj_database_url

from webapp.local import postgres, redis
from webapp.settings.environment import env
from webapp.wheels import library

REDIS_URL = env.str("REDIS_URL", redis.private().url())
DATABASE_URL = env.str("DATABASE_URL", postgres.private().url())
DATABASES: dict[str, Any] = {
    "default": {
        **dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True),
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "TEST": {"NAME": env.str("TEST_DATABASE_NAME", "test_terrascribe")},
    }
}
_REDIS = {"BACKEND": "webapp.cache.ForgetfulCache", "LOCATION": REDIS_URL}
CACHES = {
    "default": _REDIS,
    "brake": {**_REDIS, "OPTIONS": {"fallback": "process"}},  # wrong passwords are counted even without Redis
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
GDAL_LIBRARY_PATH = env.str("GDAL_LIBRARY_PATH", "") or library("rasterio", "libgdal")
GEOS_LIBRARY_PATH = env.str("GEOS_LIBRARY_PATH", "") or library("shapely", "libgeos_c")
