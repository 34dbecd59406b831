"""POST /v1/preview: one page of a picture or PDF, upright, as a JPEG that every browser shows."""

from __future__ import annotations

import io
import struct
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from PIL import UnidentifiedImageError

from ...document import Document, Model, Page, Rotation
from ...errors import DamagedPictureError, NotAPictureError
from ...formats import Pictures
from ...imaging.files import KNOWN, Limits, check_pixels, open_image
from ..body import files
from ..problems import MEDIA_TYPE, Problem

router = APIRouter(prefix="/v1", tags=["reading"])
JPEG = "image/jpeg"
MOST_SIDE = 2400
_QUALITY = 85
_NO_MODEL = Model("", "", "", "")
_BINARY = {"schema": {"type": "string", "format": "binary"}}


@router.post(
    "/preview",
    response_class=Response,
    summary="Show one page of a picture or PDF upright",
    responses={200: {"content": {JPEG: {}}}}
    | {status: {"model": Problem, "content": {MEDIA_TYPE: {}}} for status in (400, 413, 415, 422, 503)},
    openapi_extra={
        "requestBody": {"required": True, "content": {"image/*": _BINARY, "application/pdf": _BINARY}},
    },
)
async def preview(
    request: Request,
    page: Annotated[int, Query(ge=1, description="page of the PDF or TIFF, from 1")] = 1,
    rotation: Annotated[Literal["0", "90", "180", "270"], Query(description="clockwise degrees")] = "0",
    longest: Annotated[int, Query(ge=100, le=MOST_SIDE, description="longer side, pixels at most")] = 1800,
) -> Response:
    """Send a JPEG, PNG, WebP, TIFF, HEIC or PDF as the body. The EXIF orientation is applied before `rotation`."""
    admission, settings = request.app.state.admission, request.app.state.settings
    admission.check()
    sent = await files(request, settings)
    limits = Limits(settings.max_pixels, settings.max_pages)
    turn: Rotation = int(rotation)  # type: ignore[assignment]

    def work() -> bytes:
        data = sent[0][1]
        check_header(data, page, limits)
        shown = Page("", page, 1, "front", 1, 1, turn, "", "", [])
        image = Pictures([("", data)]).show(Document("", "", _NO_MODEL, [shown]), shown, longest).image
        jpeg = io.BytesIO()
        image.save(jpeg, "JPEG", quality=_QUALITY)
        return jpeg.getvalue()

    return Response(await admission.run(request, work), media_type=JPEG)


def check_header(data: bytes, page: int, limits: Limits) -> None:
    """Hold a picture to the pixel limit before it is decoded; a PDF is rendered at a bounded size in any case.

    Raises:
        TooManyPixelsError: the page has more than the limit.
        NotAPictureError: the file is none of the kinds that can be read.
        DamagedPictureError: its header is damaged, or it has no such page.
    """
    if b"%PDF-" in data[:1024]:
        return
    try:
        with open_image(data) as image:
            image.seek(page - 1)
            check_pixels(image.width * image.height, limits)
    except (UnidentifiedImageError, ImportError):
        raise NotAPictureError(f"This is not a picture that can be read. {KNOWN}") from None
    except (OSError, ValueError, SyntaxError, RuntimeError, EOFError, struct.error):
        raise DamagedPictureError("The picture's header is damaged, or it has no such page.") from None
