"""`python -m export best.pt`: best.onnx and manifest.json beside a copy of the checkpoint."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from easybraille.weights import Classes, File, Input, Manifest, Thresholds, sha256

from .convert import to_onnx

DOTS = [f"dot{i}" for i in range(1, 7)]


def describe(folder: Path, name: str, version: str, thresholds: Thresholds, notes: dict) -> Manifest:
    """The manifest of the best.pt and best.onnx in a folder.

    Args:
        folder: where they lie.
        name, version: of the weights.
        thresholds: chosen on the development split.
        notes: anything else that should stand in it: training, scores.
    """
    files = {
        kind: File(name=path.name, sha256=sha256(path), bytes=path.stat().st_size)
        for kind, path in (("onnx", folder / "best.onnx"), ("torch", folder / "best.pt"))
    }
    return Manifest(
        name=name,
        version=version,
        files=files,
        input=Input(),
        classes=Classes(scheme="dots", names=DOTS),
        thresholds=thresholds,
        **notes,
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m export", description=__doc__)
    parser.add_argument("checkpoint", type=Path, metavar="best.pt")
    parser.add_argument("--output", type=Path, default=Path("models"), help="folder for the three files")
    parser.add_argument("--name", default="easybraille-dots")
    parser.add_argument("--version", required=True, help="of the weights, 1.0.0")
    parser.add_argument("--confidence", type=float, default=0.75, help="threshold for a cell wherever it stands")
    parser.add_argument("--candidate", type=float, default=0.4, help="threshold for a cell in its place among others")
    parser.add_argument("--dot", type=float, default=0.5, help="threshold for a dot of a cell")
    parser.add_argument("--notes", type=Path, help="JSON with more to say in the manifest: training, scores")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    checkpoint = args.output / "best.pt"
    if args.checkpoint.resolve() != checkpoint.resolve():
        shutil.copyfile(args.checkpoint, checkpoint)
    to_onnx(checkpoint, args.output / "best.onnx")
    notes = json.loads(args.notes.read_text("utf-8")) if args.notes else {}
    thresholds = Thresholds(confidence=args.confidence, candidate=args.candidate, dot=args.dot)
    manifest = describe(args.output, args.name, args.version, thresholds, notes)
    (args.output / "manifest.json").write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
    for file in manifest.files.values():
        print(f"{args.output / file.name}  {file.bytes / 1e6:.2f} MB  sha256 {file.sha256}")


if __name__ == "__main__":
    main()
