"""Work for later: the rows of the database say what there is to do, a message only wakes a worker."""

from webapp.celery import broker_url
from webapp.settings.services import REDIS_URL

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever: the supervisor brings Redis back
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1.0}  # an answer to a label waits no longer for a message
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "batch"
CELERY_TASK_ACKS_LATE = False  # a lost message leaves a row that the sweep queues again
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BEAT_SCHEDULE = {
    # a message that expires is compared with the worker's own clock, which may be minutes off: an hour is beyond that
    "sweep": {"task": "webapp.tasks.sweep", "schedule": 10.0, "options": {"queue": "interactive", "expires": 3600}},
    "tidy": {"task": "webapp.tasks.tidy", "schedule": 3600.0, "options": {"queue": "batch", "expires": 7200}},
    # often, so that a machine that runs for an hour a day prunes too; a project is asked for once a day
    "prune": {"task": "webapp.tasks.prune", "schedule": 900.0, "options": {"queue": "interactive", "expires": 3600}},
}
