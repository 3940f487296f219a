"""Django's settings: every value comes from the environment, with a default for development.

DEBUG=false is production: then development secrets are refused (see checks.py). The README has a table of all of them.
"""

from webapp.settings.api import *
from webapp.settings.environment import *
from webapp.settings.files import *
from webapp.settings.labelling import *
from webapp.settings.people import *
from webapp.settings.queue import *
from webapp.settings.services import *
from webapp.settings.serving import *
from webapp.settings.site import *
from webapp.settings.telling import *
