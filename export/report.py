"""What the comparison showed, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .compare import Comparison, Tolerance
from .measure import Measured

HEADER = (
    f"{'engine':12s} {'file MB':>8s} {'F1':>7s} {'precision':>9s} {'recall':>7s} {'cells':>7s} {'differ':>7s} "
    f"{'ms/page':>8s} {'peak MB':>8s}"
)


@dataclass(frozen=True)
class Report:
    """Weights in several engines on the same pictures.

    Attributes:
        version: of the weights.
        pictures: their names.
        reference: PyTorch, against which the others are held.
        others: what was measured, how it compares, and whether it passes.
        tolerance: what still counts as the same.
        chosen: name of the one that is exported.
        recommended: precision and reason.
    """

    version: str
    pictures: list[Path]
    reference: Measured
    others: list[tuple[Measured, Comparison, bool]]
    tolerance: Tolerance
    chosen: str
    recommended: tuple[str, str]

    @property
    def comparison(self) -> Comparison:
        """How the chosen weights compare."""
        return next(comparison for one, comparison, _ in self.others if one.name == self.chosen)

    @property
    def passed(self) -> bool:
        """Whether the chosen weights, and those in full precision that they come from, find the same cells."""
        return all(good for one, _, good in self.others if one.name in (self.chosen, self.others[0][0].name))

    def __str__(self) -> str:
        labelled = f", {self.reference.score.labelled} labelled cells" if self.reference.score else ", none labelled"
        rows = [f"weights {self.version} on {len(self.pictures)} pictures{labelled}", HEADER, _row(self.reference)]
        rows += [_row(one, comparison) for one, comparison, _ in self.others]
        for one, comparison, good in self.others:
            rows.append(_sentence(one, comparison, good))
            if not good:
                rows.append(f"  most of them on {_worst(self.pictures, comparison)}")
        rows.append(f"recommended: {self.recommended[0]}, because {self.recommended[1]}")
        return "\n".join(rows) + "\n"

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "version": self.version,
            "pictures": [path.name for path in self.pictures],
            "tolerance": asdict(self.tolerance),
            "chosen": self.chosen,
            "recommended": {"precision": self.recommended[0], "reason": self.recommended[1]},
            "passed": self.passed,
            "engines": [_figures(self.reference)]
            + [_figures(one) | {"passed": good, "against_torch": asdict(c)} for one, c, good in self.others],
        }


def _row(one: Measured, comparison: Comparison | None = None) -> str:
    score = one.score
    scores = f"{score.f1:7.4f} {score.precision:9.4f} {score.recall:7.4f}" if score else f"{'':7s} {'':9s} {'':7s}"
    differing = "" if comparison is None else str(comparison.different)
    return (
        f"{one.name:12s} {one.bytes / 1e6:8.2f} {scores} {sum(map(len, one.cells)):7d} {differing:>7s} "
        f"{one.milliseconds:8.0f} {one.peak_bytes / 1e6:8.0f}"
    )


def _sentence(one: Measured, c: Comparison, good: bool) -> str:
    differing = [
        f"{count} {what}"
        for count, what in (
            (c.dots, "with other dots"),
            (c.moved, "elsewhere"),
            (c.doubted, "less or more certain"),
            (c.missing, "missing"),
            (c.added, "too many"),
        )
        if count
    ]
    rest = f", the others {', '.join(differing)}" if differing else ""
    return (
        f"{one.name}: {'passes' if good else 'FAILS'}; {c.same} of {c.cells} cells as in PyTorch (boxes within "
        f"{c.box:.2f} pixels, confidence within {c.confidence:.4f}){rest}"
    )


def _worst(pictures: list[Path], comparison: Comparison, most: int = 5) -> str:
    worst = sorted(zip(comparison.pages, pictures), reverse=True)[:most]
    return ", ".join(f"{path.name} ({count})" for count, path in worst if count)


def _figures(one: Measured) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "name": one.name,
        "bytes": one.bytes,
        "cells": sum(map(len, one.cells)),
        "milliseconds_a_page": round(one.milliseconds, 1),
        "peak_bytes": one.peak_bytes,
    }
    if one.score is not None:
        figures |= {name: round(getattr(one.score, name), 5) for name in ("f1", "precision", "recall")}
    return figures
