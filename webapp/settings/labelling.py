"""How labelling goes, and how much there may be."""

from environs import validate

from webapp.settings.environment import env

LEASE_MINUTES = env.int("LEASE_MINUTES", 10)
PREFETCH = env.int("PREFETCH", 5)
TILE_PX = env.int("TILE_PX", 64)
KEEP_ROUNDS = env.int("KEEP_ROUNDS", 100)
EMBED_READERS = env.int("EMBED_READERS", 2)
EMBED_TOGETHER = env.int("EMBED_TOGETHER", 8)

# How much there may be; 0 is without a limit
PROJECT_GB = env.int("PROJECT_GB", 500)
PROJECT_TILES = env.int("PROJECT_TILES", 2_000_000)
PERSON_GB = env.int("PERSON_GB", 1000)
PERSON_TILES = env.int("PERSON_TILES", 5_000_000)
PROJECT_JOBS = env.int("PROJECT_JOBS", 50)
PERSON_JOBS = env.int("PERSON_JOBS", 50)
PROJECT_MAKERS = env.str("PROJECT_MAKERS", "everybody", validate=validate.OneOf(["everybody", "staff"]))
