"""From a best.pt to weights that both deployments trust.

`python -m export best.pt --version 1.0.0` inspects, converts, compares and describes it; `python -m export publish`,
`list` and `rollback` look after what is published in S3.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from easybraille.errors import EasyBrailleError, ModelError

PUBLISHED = ("publish", "list", "rollback")


def main(arguments: list[str]) -> int:
    """The command line; 1 where something is refused."""
    try:
        return (_publish if arguments[:1] and arguments[0] in PUBLISHED else _build)(arguments)
    except EasyBrailleError as error:
        print(error, file=sys.stderr)
        return 1


def _build(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m export", description=__doc__.split("\n")[0])
    parser.add_argument("checkpoint", type=Path, metavar="best.pt")
    parser.add_argument("--version", required=True, help="of the weights, 1.0.0")
    parser.add_argument("--output", type=Path, default=Path("models"), help="folder for the three files")
    parser.add_argument("--name", default="easybraille-dots")
    parser.add_argument("--classes", type=Path, metavar="classes.yaml", help="what the class names stand for")
    parser.add_argument("--confidence", type=float, default=0.75, help="threshold for a cell wherever it stands")
    parser.add_argument("--candidate", type=float, default=0.4, help="threshold for a cell in its place among others")
    parser.add_argument("--dot", type=float, default=0.5, help="threshold for a dot of a cell")
    parser.add_argument("--cell-width", type=float, default=22.0, help="of a cell's box in pixels, as it was trained")
    parser.add_argument("--notes", type=Path, help="JSON with more to say in the manifest: training, scores")
    proof = parser.add_argument_group("proof that both engines find the same cells")
    proof.add_argument("--pictures", type=Path, nargs="+", metavar="FOLDER", help="a CSV beside one is its truth")
    proof.add_argument("--most", type=int, help="of these pictures")
    proof.add_argument("--box-tolerance", type=float, default=1.0, help="pixels that a box may differ")
    proof.add_argument("--confidence-tolerance", type=float, default=0.02, help="what a confidence may differ")
    proof.add_argument("--differing", type=float, default=0.001, help="share of cells that may differ by more")
    proof.add_argument("--report", type=Path, default=Path("runs/export"), metavar="FOLDER", help="for the report")
    fewer = parser.add_argument_group("fewer bits")
    fewer.add_argument("--smaller", action="store_true", help="measure 8-bit integers and half precision, too")
    fewer.add_argument("--calibration", type=Path, nargs="+", metavar="FOLDER", help="set the scales of int8")
    fewer.add_argument("--calibration-most", type=int, default=20, help="of these pictures")
    fewer.add_argument("--precision", choices=("fp32", "fp16", "int8"), default="fp32", help="of the ONNX file")
    fewer.add_argument("--f1-loss", type=float, default=0.002, help="F1 that fewer bits may cost")
    args = parser.parse_args(arguments)
    if (args.smaller or args.precision != "fp32") and args.pictures is None:
        parser.error("fewer bits are only exported after a comparison: give --pictures")
    if (args.smaller or args.precision == "int8") and args.calibration is None:
        parser.error("8-bit integers need --calibration, a folder of pictures like those that will be read")

    from easybraille.weights import Thresholds

    from .build import Order, build, chosen
    from .compare import Tolerance

    manifest = build(
        Order(
            args.checkpoint,
            args.output,
            args.name,
            args.version,
            Thresholds(confidence=args.confidence, candidate=args.candidate, dot=args.dot),
            args.cell_width,
            json.loads(args.notes.read_text("utf-8")) if args.notes else {},
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


def _publish(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m export", description="Weights that are published in S3.")
    commands = parser.add_subparsers(dest="command", required=True)
    publish = commands.add_parser("publish", help="upload the weights in a folder and let latest.json name them")
    publish.add_argument("--from", dest="folder", type=Path, default=Path("models"), help="folder with manifest.json")
    rollback = commands.add_parser("rollback", help="let latest.json name another version")
    rollback.add_argument("version", nargs="?", help="the one before, if not said")
    for each in (publish, commands.add_parser("list", help="show the versions"), rollback):
        each.add_argument("url", metavar="s3://bucket/prefix")
    args = parser.parse_args(arguments)

    from botocore.exceptions import BotoCoreError, ClientError

    from .published import Published

    try:
        published = Published(args.url)
        if args.command == "publish":
            manifest = published.publish(args.folder)
            print(f"{manifest.name} {manifest.version} is published, and {args.url}/latest.json names it.")
        elif args.command == "rollback":
            print(f"{args.url}/latest.json names {published.rollback(args.version).version}.")
        else:
            for one in published.versions():
                when = f"{one.published:%Y-%m-%d %H:%M}" if one.published else "its upload broke off"
                print(f"{one.name:12s} {one.bytes / 1e6:8.2f} MB  {when}{'  latest' if one.latest else ''}")
    except (BotoCoreError, ClientError) as error:
        raise ModelError(f"{args.url}: {str(error).rstrip('.')}.") from None
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
