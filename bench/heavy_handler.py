"""The same handler as lambda_app's, beside what a GPU service imports: what a cold start costs with PyTorch."""

import torch  # noqa: F401
import ultralytics  # noqa: F401

from lambda_app.handler import handler

__all__ = ["handler"]
