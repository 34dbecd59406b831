"""The lock for PDFium in this process, which must never run in two threads at the same time, not even on two documents.

(pypdfium2's documentation, "Incompatibility with Threading".) It guards the writing of PDFs. PDFs that were sent are
opened in sandboxed processes only (see `sandbox`), where each has PDFium to itself.
"""

from __future__ import annotations

import threading

lock = threading.RLock()
