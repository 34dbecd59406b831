"""How much a request is, told from its headers alone."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from lambda_app.work_estimate import DurationModel, Workload, measure


def saved(kind: str, size: tuple[int, int] = (3000, 2000), count: int = 1, **options) -> bytes:
    page, file = Image.new("L", size, 200), io.BytesIO()
    if count > 1:
        options |= {"save_all": True, "append_images": [page] * (count - 1)}
    page.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_a_page_whose_size_its_header_says_even_if_nothing_follows(kind: str) -> None:
    assert measure([saved(kind)[:700]]) == Workload(1, 6_000_000)


def test_the_pages_of_all_files_count() -> None:
    scans = saved("TIFF", (1000, 500), 7)
    assert measure([scans]) == Workload(7, 3_500_000)
    assert measure([scans, saved("PNG", (100, 100))]) == Workload(8, 3_510_000)


def test_a_page_of_a_pdf_is_as_large_as_it_will_be_drawn() -> None:
    # 10 × 5 inches are drawn at 200 dots an inch; 100 inches become the longest side that is ever looked at.
    assert measure([saved("PDF", (1000, 500), 3, resolution=100)]) == Workload(3, 3 * 2000 * 1000)
    assert measure([saved("PDF", (1000, 500), resolution=10)]) == Workload(1, 3200 * 1600)


def test_what_can_not_be_read_is_no_work() -> None:
    assert measure([b"", b"nothing", b"%PDF-1.7 and no more", b"\xff\xd8\xff"]) == Workload(0, 0)


def test_what_to_expect_is_learnt_from_what_it_took() -> None:
    pace, page = DurationModel(), Workload(1, 2_000_000)
    first = pace.seconds(page)
    assert pace.seconds(Workload(10, 20_000_000)) == pytest.approx(10 * first)
    for _ in range(30):
        pace.learn(page, 3 * first)
    assert pace.seconds(page) == pytest.approx(3 * first, rel=0.05)
    pace.learn(Workload(0, 0), 100.0)
    assert pace.seconds(page) == pytest.approx(3 * first, rel=0.05)


def test_one_reading_in_a_frozen_process_does_not_make_every_later_page_too_heavy() -> None:
    pace, page = DurationModel(), Workload(1, 2_000_000)
    first = pace.seconds(page)
    pace.learn(page, 300.0)
    assert pace.seconds(page) < 2 * first


def test_many_slow_readings_keep_a_page_within_what_is_read_here() -> None:
    pace, page = DurationModel(), Workload(1, 2_000_000)
    for _ in range(50):
        pace.learn(page, 300.0)
    assert pace.seconds(page) < 5  # the soft limit by default, see docs/settings.md


def test_what_is_refused_brings_the_estimate_back() -> None:
    pace, page = DurationModel(), Workload(1, 2_000_000)
    first = pace.seconds(page)
    for _ in range(10):
        pace.learn(page, 300.0)
    for _ in range(20):
        pace.forget()
    assert pace.seconds(page) == pytest.approx(first, rel=0.1)


def test_it_says_itself_in_words() -> None:
    assert str(Workload(1, 2_400_000)) == "1 page, 2 megapixels"
    assert str(Workload(47, 180_000_000)) == "47 pages, 180 megapixels"
