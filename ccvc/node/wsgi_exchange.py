"""WSGI application of the exchange endpoint: its own port under TLS, and nothing but the exchange's routes."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccvc.node.django_settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "ccvc.exchange.urls_exchange"
application = get_wsgi_application()
