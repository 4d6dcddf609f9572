"""The door for the web server (WSGI; the views are synchronous)."""

import os

from django.core.wsgi import get_wsgi_application

from core import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# This process is a user of its own, so the database outlives a supervisor that was killed.
embedded.acquire()
application = get_wsgi_application()
