"""From a best.pt to weights that both deployments trust.

`python -m export best.pt --version 1.0.0` inspects, converts, compares and describes it; `python -m export publish`,
`list` and `rollback` look after what is published in S3.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from easybraille.errors import EasyBrailleError, ModelError
from easybraille.model_store import SHIPPED
from easybraille.recognition.model import VERSION, Manifest, Thresholds, sha256

PUBLISHED = ("publish", "list", "rollback")
EPILOG = """\
what is published in S3:
  python -m export publish s3://bucket/prefix [--from FOLDER]
  python -m export list s3://bucket/prefix
  python -m export rollback s3://bucket/prefix [VERSION]

Exit status 1 where something is refused or the engines differ beyond the tolerance, and then no file is placed;
2 for an option that can't be. docs/export.md tells the whole way, from training to a rollout.
"""


def main(arguments: list[str]) -> int:
    """The command line; 1 where something is refused."""
    try:
        return (_publish if arguments[:1] and arguments[0] in PUBLISHED else _build)(arguments)
    except EasyBrailleError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'A file'} can't be read or written: {error.strerror or error}.", file=sys.stderr)
    return 1


def _build(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m export",
        description=__doc__.split("\n")[0],
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    share, positive, size = _number(float, 0, 1), _number(float, 0), _number(int, 0)
    default = "(default: %(default)s)"
    parser.add_argument("checkpoint", type=Path, metavar="best.pt", help="as Ultralytics writes it; nothing in it runs")
    parser.add_argument("--version", type=_version, required=True, help="of the weights, like 1.0.0")
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="for the files (default: runs/weights/ and the version)"
    )
    parser.add_argument("--name", default="easybraille-dots", help=f"of the weights {default}")
    parser.add_argument("--classes", type=Path, metavar="classes.yaml", help="what the class names stand for")
    thresholds = parser.add_argument_group(
        "thresholds; by default those of the shipped weights for their checkpoint, and untuned ones for any other"
    )
    thresholds.add_argument("--confidence", type=share, metavar="P", help="makes a cell wherever it stands")
    thresholds.add_argument("--candidate", type=share, metavar="P", help="makes a cell in its place among others")
    thresholds.add_argument("--dot", type=share, metavar="P", help="raises a dot of a cell")
    parser.add_argument(
        "--cell-width",
        type=positive,
        metavar="PIXELS",
        default=22.0,
        help=f"of a cell's box, as the network saw it in training {default}",
    )
    parser.add_argument("--notes", type=_notes, metavar="JSON", help="a file with more to say in the manifest: scores")
    proof = parser.add_argument_group("proof that both engines find the same cells; without it nothing is published")
    proof.add_argument(
        "--pictures", type=Path, nargs="+", metavar="FOLDER", help="what is compared; a CSV beside one is its truth"
    )
    proof.add_argument("--most", type=size, metavar="N", help="take so many of them, at even distances (default: all)")
    proof.add_argument(
        "--box-tolerance", type=float, metavar="PIXELS", default=1.0, help=f"that a box may differ {default}"
    )
    proof.add_argument(
        "--confidence-tolerance", type=float, metavar="P", default=0.02, help=f"that a confidence may differ {default}"
    )
    proof.add_argument(
        "--differing", type=float, metavar="SHARE", default=0.001, help=f"of cells that may differ by more {default}"
    )
    proof.add_argument(
        "--report", type=Path, metavar="FOLDER", default=Path("runs/export"), help=f"for the report {default}"
    )
    fewer = parser.add_argument_group("fewer bits, for the ONNX file")
    fewer.add_argument("--smaller", action="store_true", help="measure 8-bit integers and half precision, too")
    fewer.add_argument(
        "--calibration", type=Path, nargs="+", metavar="FOLDER", help="other pictures; they set the scales of int8"
    )
    fewer.add_argument("--calibration-most", type=size, metavar="N", default=20, help=f"take so many of them {default}")
    fewer.add_argument(
        "--precision", choices=("fp32", "fp16", "int8"), default="fp32", help=f"what is exported {default}"
    )
    fewer.add_argument("--f1-loss", type=float, metavar="F1", default=0.002, help=f"that they may cost {default}")
    args = parser.parse_args(arguments)
    args.output = args.output or Path("runs/weights") / args.version
    chosen_thresholds, untuned = _thresholds(args)
    if chosen_thresholds.candidate > chosen_thresholds.confidence:
        parser.error("--candidate must not be above --confidence")
    if (args.smaller or args.precision != "fp32") and args.pictures is None:
        parser.error("fewer bits are only exported after a comparison: give --pictures")
    if (args.smaller or args.precision == "int8") and args.calibration is None:
        parser.error("8-bit integers need --calibration, a folder of pictures like those that will be read")

    if untuned:
        print(
            f"The thresholds {', '.join(untuned)} are untuned: they were not chosen for this checkpoint. "
            "`python -m training.sweep` chooses them on labelled pictures."
        )

    from .build import Order, build, chosen
    from .compare import Tolerance

    manifest = build(
        Order(
            args.checkpoint,
            args.output,
            args.name,
            args.version,
            chosen_thresholds,
            args.cell_width,
            (args.notes or {}) | ({"untuned": untuned} if untuned else {}),
            args.classes,
            chosen(args.pictures, args.most) if args.pictures else [],
            chosen(args.calibration, args.calibration_most) if args.calibration else [],
            args.smaller,
            args.precision,
            Tolerance(args.box_tolerance, args.confidence_tolerance, args.differing, args.f1_loss),
            args.report,
        )
    )
    if manifest.proof is None:
        print("The engines were not compared (--pictures): these weights can't be published.")
    for file in manifest.files.values():
        print(f"{args.output / file.name}  {file.bytes / 1e6:.2f} MB  sha256 {file.sha256}")
    return 0


def _thresholds(args: argparse.Namespace) -> tuple[Thresholds, list[str]]:
    """The thresholds for the manifest, and the names of those that were not chosen for this checkpoint."""
    given = {
        name: getattr(args, name) for name in ("confidence", "candidate", "dot") if getattr(args, name) is not None
    }
    shipped = Manifest.model_validate_json(SHIPPED.read_bytes())
    if args.checkpoint.is_file() and sha256(args.checkpoint) == shipped.files["torch"].sha256:
        return shipped.thresholds.model_copy(update=given), []
    untuned = [name for name in ("confidence", "candidate", "dot") if name not in given]
    return Thresholds(**given), untuned


def _number(kind: type, above: float, below: float = math.inf) -> Callable[[str], float]:
    """An option's number, which lies between two others."""

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not above < value < below:
            limits = f"above {above}" + (f" and below {below}" if below < math.inf else "")
            raise argparse.ArgumentTypeError(f"{text!r} is not {'a whole' if kind is int else 'a'} number {limits}")
        return value

    return read


def _version(text: str) -> str:
    if not re.fullmatch(VERSION, text):
        raise argparse.ArgumentTypeError(f"{text!r} can't be a folder's name; use letters, digits and . + - _")
    return text


def _notes(text: str) -> dict[str, Any]:
    try:
        notes = json.loads(Path(text).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text} can't be read as JSON: {error}") from None
    if not isinstance(notes, dict) or set(notes) & set(Manifest.model_fields):
        own = ", ".join(Manifest.model_fields)
        raise argparse.ArgumentTypeError(f"{text} must hold an object, without what the export says itself: {own}")
    return notes


def _publish(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m export", description="Weights that are published in S3.")
    commands = parser.add_subparsers(dest="command", required=True)
    publish = commands.add_parser("publish", help="upload the weights in a folder and let latest.json name them")
    publish.add_argument(
        "--from",
        dest="folder",
        metavar="FOLDER",
        type=Path,
        default=Path("models"),
        help="with manifest.json (default: models)",
    )
    rollback = commands.add_parser("rollback", help="let latest.json name another version")
    for each in (publish, commands.add_parser("list", help="show the versions"), rollback):
        each.add_argument("url", metavar="s3://bucket/prefix")
    rollback.add_argument("version", nargs="?", metavar="VERSION", help="(default: the one before)")
    args = parser.parse_args(arguments)

    from botocore.exceptions import BotoCoreError, ClientError

    from .published import Published

    try:
        published = Published(args.url)
        if args.command == "publish":
            manifest = published.publish(args.folder)
            print(f"{manifest.name} {manifest.version} is published, and {published} names it.")
        elif args.command == "rollback":
            print(f"{published} names {published.rollback(args.version).version}.")
        else:
            versions = published.versions()
            if not versions:
                print(f"Nothing is published under {args.url}.", file=sys.stderr)
            for one in versions:
                when = f"{one.published:%Y-%m-%d %H:%M}" if one.published else "its upload broke off"
                print(f"{one.name:12s} {one.bytes / 1e6:8.2f} MB  {when}{'  latest' if one.latest else ''}")
    except (BotoCoreError, ClientError) as error:
        raise ModelError(f"{args.url}: {str(error).rstrip('.')}.") from None
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
