"""`python -m gpu_service`: runs the service under gunicorn, with the settings of the environment."""

from __future__ import annotations

import sys
from pathlib import Path

from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.arbiter import Arbiter

from easybraille.errors import SettingError
from easybraille.settings import from_environment

CONFIGURATION = Path(__file__).with_name("gunicorn.conf.py")


def main() -> None:
    """Check the settings, so that a wrong one gives a message without a traceback, and run gunicorn."""
    try:
        from_environment()
    except SettingError as error:
        sys.exit(str(error))
    sys.argv = ["gunicorn", "--config", str(CONFIGURATION), *sys.argv[1:]]
    try:
        WSGIApplication("%(prog)s [OPTIONS]").run()
    except SystemExit as ended:
        # gunicorn's own status for workers that cannot start; the log has the reason.
        if ended.code in (Arbiter.WORKER_BOOT_ERROR, Arbiter.APP_LOAD_ERROR):
            sys.exit(1)
        raise


if __name__ == "__main__":
    main()
