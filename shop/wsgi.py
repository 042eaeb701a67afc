"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.development")

# A page that the database has not answered by then is told to come back; the thread is free for the next one.
os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "20")

application = get_wsgi_application()
