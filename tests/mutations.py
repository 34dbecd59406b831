"""Mutation testing of recognition: draws mutations at random and says which ones the tests catch.

    python -m tests.mutations [--count 30] [--seed 1] [--only layout.py]

Each mutation changes one constant, comparison, operator or condition of `easybraille/recognition` in a copy of the
project, where TESTS run until the first failure. The survivors are printed at the end, each with its line.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
ROOM = "easybraille/recognition"
# Engines differ in their loading rather than in constants; the checkpoint's checks belong to export's tests.
LEFT_OUT = {"__init__.py", "model.py", "checkpoint.py", "torch.py"}
# The quickest first: most mutations end there.
QUICKEST = (
    "detections",
    "postprocess",
    "calibration",
    "passes",
    "views",
    "page_detection",
    "lattice",
    "layout",
    "printed",
)
TESTS = (
    *(f"tests/recognition/test_{name}.py" for name in QUICKEST),
    "tests/recognition/test_pinned_pages.py",
    "tests/recognition",
    "tests/test_reader.py",
)
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """One change of one file: the source after it, where it is and what it does."""

    path: Path
    line: int
    what: str
    source: str


def mutations(path: Path) -> Iterator[Mutation]:
    """Every mutation of a file; annotations, docstrings and `__slots__`-like keywords are left alone."""
    source = path.read_text("utf-8")
    count = sum(1 for _ in _sites(ast.parse(source)))
    for number in range(count):
        tree = ast.parse(source)
        node, change = list(_sites(tree))[number]
        before = ast.unparse(node)
        change()
        yield Mutation(path, node.lineno, f"{before}  ->  {ast.unparse(node)}", ast.unparse(tree))


def _sites(tree: ast.AST) -> Iterator[tuple[ast.expr, object]]:
    """Expressions that can be changed, each with the function that changes it in place."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if (part := getattr(node, name, None)) is not None:
                skipped |= {id(inner) for inner in ast.walk(part)}
        if isinstance(node, ast.Call):
            skipped |= {
                id(inner)
                for keyword in node.keywords
                if keyword.arg in {"kind", "frozen", "slots", "axis", "dtype", "initial", "keepdims"}
                for inner in ast.walk(keyword.value)
            }
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
            skipped |= {id(inner) for inner in ast.walk(node.slice)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield node, lambda node=node: setattr(node, "value", node.value * 1.5 if node.value % 1 else node.value + 1)
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
            yield node, lambda node=node: node.ops.__setitem__(0, COMPARISONS[type(node.ops[0])]())
        elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            yield node, lambda node=node: setattr(node, "op", OPERATORS[type(node.op)]())
        elif isinstance(node, ast.BoolOp):
            yield (
                node,
                lambda node=node: setattr(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And()),
            )


def caught(copy: Path, mutation: Mutation) -> str | None:
    """The test that fails under a mutation, None where it survives."""
    target = copy / mutation.path.relative_to(ROOT)
    original = target.read_text("utf-8")
    target.write_text(mutation.source, "utf-8")
    try:
        return failing(copy)
    finally:
        target.write_text(original, "utf-8")


def failing(copy: Path) -> str | None:
    """The first of TESTS that fails in a copy of the project, None where all pass."""
    try:
        run = subprocess.run(
            [sys.executable, "-B", "-m", "pytest", "-x", "-rf", "-p", "no:cacheprovider", *TESTS],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "a test that does not end"
    if run.returncode == 0:
        return None
    named = re.search(r"^(?:FAILED|ERROR) (\S+)", run.stdout, re.M)
    return named[1] if named else f"pytest, which ended with {run.returncode}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=30, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="name of one file")
    args = parser.parse_args()
    paths = [p for p in sorted((ROOT / ROOM).rglob("*.py")) if p.name not in LEFT_OUT]
    every = [m for path in paths if args.only in (None, path.name) for m in mutations(path)]
    drawn = random.Random(args.seed).sample(every, min(args.count, len(every)))
    print(f"{len(drawn)} of {len(every)} mutations, seed {args.seed}")
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv*", "runs", ".*_cache", "__pycache__"))
        if test := failing(copy):
            sys.exit(f"Every mutation would count as caught, since {test} fails without any.")
        for mutation in tqdm(drawn, unit="mutation", dynamic_ncols=True):
            start = time.monotonic()
            test = caught(copy, mutation)
            place = f"{mutation.path.relative_to(ROOT)}:{mutation.line}"
            outcome = f"caught by {test}" if test else "SURVIVED"
            tqdm.write(f"{place}  {mutation.what}  {outcome}  ({time.monotonic() - start:.0f} s)")
            if not test:
                survivors.append(f"{place}  {mutation.what}")
    print(f"\n{len(drawn) - len(survivors)} of {len(drawn)} caught; survivors:")
    print("\n".join(survivors) or "none")


if __name__ == "__main__":
    main()
