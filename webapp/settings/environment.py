"""The environment that settings are read from, also what a file .env says, and whether this is development."""

from pathlib import Path

from environs import Env

from webapp.local.place import VAR  # reads the file .env as well

__all__ = ["BASE_DIR", "DEVELOPMENT", "VAR", "env"]

env = Env()
BASE_DIR = Path(__file__).resolve().parents[2]
DEVELOPMENT = env.bool("DEBUG", True)
