"""The model store: resolves `MODEL_S3_PATH`, `MODEL_PATH` or the shipped weights to verified local files.

`python -m easybraille.model_store` fetches and checks them before a start.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ..errors import ModelError
from ..recognition.model import sha256
from ..settings import Settings
from .local import Weights, load

__all__ = ["SHIPPED", "Weights", "resolve"]

_PACKAGE = Path(__file__).resolve().parent.parent
# In the wheel they are inside the package, in a checkout next to it.
SHIPPED = next(
    (folder / "manifest.json" for folder in (_PACKAGE / "models", _PACKAGE.parent / "models") if folder.is_dir()),
    _PACKAGE / "models" / "manifest.json",
)


def resolve(settings: Settings, engines: Collection[str] = ("onnx",)) -> Weights:
    """The weights that the settings name, and no others.

    `MODEL_S3_PATH` is fetched and placed at `MODEL_PATH`; `MODEL_PATH` alone must exist; with neither, the shipped
    weights are used.

    Args:
        settings: model_s3_path, model_path and model_sha256 count.
        engines: engines that can be served here, "onnx" or "torch".

    Raises:
        ModelError: they are missing, damaged, or not for these engines; the message says which and why.
    """
    if settings.model_s3_path is not None:
        from .s3 import fetch  # boto3 takes long to import

        return fetch(settings.model_s3_path, settings.model_path, settings.model_sha256, engines)
    if settings.model_path is None:
        return load(SHIPPED, engines, "the weights that ship")
    path, origin = settings.model_path, f"MODEL_PATH {settings.model_path}"
    if not path.is_file():
        raise ModelError(f"{origin}: there is no such file.")
    if settings.model_sha256 is not None and sha256(path) != settings.model_sha256:
        raise ModelError(f"{origin}: its sha256 is not EASYBRAILLE_MODEL_SHA256.")
    return load(path, engines, origin)
