"""PDFium, one call at a time: it must never run in two threads at once, not even on two documents.

(pypdfium2's documentation, "Incompatibility with Threading".) Whoever opens, draws, writes or closes a PDF holds
`lock`.
"""

from __future__ import annotations

import threading

lock = threading.RLock()
