"""`python -m easybraille`."""

import sys

from .cli.main import main

# Processes that read pages import this file again.
if __name__ == "__main__":
    sys.exit(main())
