"""Builds what easybraille/languages/liblouis/runtime holds from liblouis' source, which is not changed.

    pip install ziglang
    apt-get source --download-only liblouis          (Debian unstable; or the archive of a release of liblouis)
    python -m tests.languages.make_liblouis liblouis_3.39.0.orig.tar.gz

The library is compiled to WebAssembly with the system interface WASI by Zig's C compiler. The tables copied are those
that `easybraille.languages.liblouis.tables` names, with all that they include; tests and measurements use
North American ASCII Braille and the Spanish tables as well.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from easybraille.languages.liblouis.tables import TABLES
from easybraille.languages.liblouis.wasm import RUNTIME

_SOURCES = (
    "commonTranslationFunctions compileTranslationTable logging lou_backTranslateString lou_translateString "
    "maketable metadata pattern utils"
).split()
_EXPORTS = "lou_version lou_charSize lou_checkTable lou_translate lou_backTranslate malloc free".split()
_ALSO = ("unicode.dis", "en-us-brf.dis", "es-g1.ctb", "es-g2.ctb", "es-old.dis")
_STACK = 8 << 20


def compile_library(source: Path, version: str, target: Path) -> None:
    """Compile liblouis' C files into one WebAssembly module with 32-bit characters."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        header = (source / "liblouis" / "liblouis.h.in").read_text(encoding="utf-8")
        (folder / "liblouis.h").write_text(header.replace("@WIDECHAR_TYPE@", "unsigned int"), encoding="utf-8")
        (folder / "config.h").write_text(f'#define PACKAGE_VERSION "{version}"\n#define TABLESDIR "/tables"\n')
        command = [sys.executable, "-m", "ziglang", "cc", "-target", "wasm32-wasi", "-mexec-model=reactor", "-Os", "-s"]
        command += ["-DNDEBUG", "-I", str(folder), "-I", str(source / "liblouis"), f"-Wl,-z,stack-size={_STACK}"]
        command += [f"-Wl,--export={name}" for name in _EXPORTS]
        command += [str(source / "liblouis" / f"{name}.c") for name in _SOURCES]
        subprocess.run([*command, "-o", str(target)], check=True)
    target.chmod(0o644)


def included(tables: Path, names: list[str]) -> set[str]:
    """The names of the tables and of all that they include."""
    found: set[str] = set()
    while names:
        name = names.pop()
        if name not in found:
            found.add(name)
            names += re.findall(r"(?m)^\s*include\s+(\S+)", (tables / name).read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Build the runtime from the archive named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    archive = parser.parse_args().archive
    with tempfile.TemporaryDirectory() as unpacked:
        with tarfile.open(archive) as file:
            file.extractall(unpacked, filter="data")
        (source,) = Path(unpacked).iterdir()
        version = re.search(r"Noteworthy changes in release ([\d.]+)", (source / "NEWS").read_text(encoding="utf-8"))
        assert version, "NEWS does not name the release"
        shutil.rmtree(RUNTIME / "tables", ignore_errors=True)
        (RUNTIME / "tables").mkdir(parents=True)
        compile_library(source, version[1], RUNTIME / "liblouis.wasm")
        for name in sorted(included(source / "tables", [*_ALSO, *(table.file for table in TABLES)])):
            shutil.copyfile(source / "tables" / name, RUNTIME / "tables" / name)
        shutil.copyfile(source / "COPYING.LESSER", RUNTIME / "COPYING.LESSER")
    print(f"liblouis {version[1]}, {archive.name}, sha256 {hashlib.sha256(archive.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
