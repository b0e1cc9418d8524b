"""Django settings of the test run: the embedded server (not durable), a home folder of its own.

The server's folder is kept between runs; each process has a database of its own, named after its pid.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.database import SERVER, drop_left_over

_stack = ExitStack()
_stack.enter_context(SERVER.running("ccvc"))
atexit.register(_stack.close)
drop_left_over()
_home = tempfile.mkdtemp(prefix="ccvc-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["CCVC_HOME"] = _home
(Path(_home) / "static").mkdir()
os.environ["CCVC_DATABASE_URL"] = SERVER.url("ccvc")

from ccvc.node.django_settings import *  # noqa: E402, F403 - the environment above comes first
from ccvc.node.django_settings import DATABASES  # noqa: E402 - as above

DATABASES["default"]["CONN_MAX_AGE"] = 0
