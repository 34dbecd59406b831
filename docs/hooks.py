"""MkDocs hooks: documents outside of docs/ become pages of the site."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
# Where it is in the repository, and where it is in the site.
ELSEWHERE = {
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "models/MODEL_CARD.md": "model_card.md",
    "models/curves.png": "curves.png",
    "easybraille/formats/fonts/README.md": "fonts.md",
}
_LINK = re.compile(r"\[([^\]]*)\]\(([^)#:\s]+)([^)]*)\)")


def on_files(files: Files, config: Any) -> Files:
    """Add them."""
    for source, target in ELSEWHERE.items():
        content = (ROOT / source).read_bytes()
        files.append(File.generated(config, target, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Let links between documents hold in the site: each is resolved in the repository first.

    A link to a file that is in the repository and not in the site becomes its text.
    """
    at_home = {target: source for source, target in ELSEWHERE.items()}
    here = at_home.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def moved(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(here), link[2]))
        in_site = ELSEWHERE.get(target, target.removeprefix("docs/") if target.startswith("docs/") else None)
        if in_site is None and (ROOT / target).exists():
            return link[1]
        return f"[{link[1]}]({in_site or link[2]}{link[3]})"

    return _LINK.sub(moved, markdown)
