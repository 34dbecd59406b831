"""The Lambda entry point. The function itself is in function.py; this only makes its imports quicker."""

from .fast_imports import quick_imports

with quick_imports():
    from .function import handler

__all__ = ["handler"]
