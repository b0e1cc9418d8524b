"""WSGI application of a node's pages."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccvc.node.django_settings")
application = get_wsgi_application()
