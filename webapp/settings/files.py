"""Where files are, ours and others', and how large what comes in may be."""

from pathlib import Path

from webapp.settings.environment import VAR, env

STORAGE_URL = env.str("STORAGE_URL", "")  # s3://bucket/prefix; without one, files lie in DATA_DIR
S3_ENDPOINT = env.str("S3_ENDPOINT", "")
CACHE_GB = env.float("CACHE_GB", 50.0)
# with a bucket, a folder of this machine alone, which may be emptied at any time
DATA_DIR = Path(
    env.str("CACHE_DIR", str(VAR / "cache")) if STORAGE_URL else env.str("DATA_DIR", str(VAR / "data"))
).absolute()
SAMPLES_DIR = Path(env.str("TERRASCRIBE_SAMPLES", str(VAR / "samples"))).absolute()
_encoders = Path(env.str("ENCODERS_DIR", "") or VAR / "encoders").absolute()  # the latter is filled by the setup
ENCODERS_DIR = _encoders if env.str("ENCODERS_DIR", "") or _encoders.is_dir() else None
MOUNTED_FOLDERS: dict[str, str] = env.dict("MOUNTED_FOLDERS", {})  # name=/folder,other=/another
SENSORS_FILE = Path(_listed).absolute() if (_listed := env.str("SENSORS_FILE", "")) else None
BASEMAPS_FILE = Path(_listed).absolute() if (_listed := env.str("BASEMAPS_FILE", "")) else None
REMOTE_HOSTS: list[str] = env.list("REMOTE_HOSTS", [])  # from which imagery may be read; nothing is by default
REMOTE_SECONDS = env.float("REMOTE_SECONDS", 20.0)
REMOTE_GB = env.int("REMOTE_GB", 64)
UPLOAD_LIMIT_MB = env.int("UPLOAD_LIMIT_MB", 4096)
DATA_UPLOAD_MAX_NUMBER_FILES = 500
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 2**20  # a request that isn't a file, such as the mask of one tile
