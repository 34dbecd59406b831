"""Runs `python -m easybraille.weights`: fetches and checks the weights that the environment names."""

import sys

from .model_store.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
