"""`python -m easybraille`."""

import sys

from .cli.main import main

sys.exit(main())
