"""What is told of it: metrics and logs, and webhooks to others."""

from environs import validate

from webapp import logs
from webapp.settings.environment import env

METRICS = env.bool("METRICS", False)
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
LOG_FORMAT = env.str("LOG_FORMAT", "line", validate=validate.OneOf(["line", "json"]))
LOGGING = logs.configuration(level=env.str("LOG_LEVEL", "INFO"), form=LOG_FORMAT)
WEBHOOK_HOSTS: list[str] = env.list(
    "WEBHOOK_HOSTS", []
)  # hosts inside the network that webhooks may reach, and by http
