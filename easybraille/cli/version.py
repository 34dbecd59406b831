"""`easybraille --version`: the program, its weights and its engine."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Sequence
from importlib.metadata import version

from .. import __version__
from ..errors import EasyBrailleError
from ..i18n import say, translated
from ..settings import from_environment


class ShowVersion(argparse.Action):
    """Prints the versions and exits."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None):
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print them."""
        print(f"easybraille {__version__}")
        print(f"{say('weights')} {_weights()}")
        print(f"{say('engine')} ONNX Runtime {version('onnxruntime')}, Python {platform.python_version()}")
        parser.exit()


def _weights() -> str:
    from ..model_store import SHIPPED
    from ..model_store.local import load

    try:
        settings = from_environment()
        if settings.model_s3_path is not None:
            # Fetching them takes long, and the log of a service names what was fetched.
            return str(settings.model_s3_path)
        path = settings.model_path or SHIPPED
        manifest = load(path, ("onnx",), str(path)).manifest
    except EasyBrailleError as error:
        return translated(str(error))
    return f"{manifest.name} {manifest.version} (sha256 {manifest.files['onnx'].sha256[:12]})"
