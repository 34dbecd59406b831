"""POST /v1/preview: one page of a picture or PDF, upright, as a JPEG that every browser shows."""

from __future__ import annotations

import io
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from PIL import Image

from ...imaging.files import Limits, shown
from ..body import files

# The page's own: programs that want a picture have one in the formats of /v1/read.
router = APIRouter(prefix="/v1", include_in_schema=False)
JPEG = "image/jpeg"
MOST_SIDE = 2400
_QUALITY = 85
_CLOCKWISE = {
    "90": Image.Transpose.ROTATE_270,
    "180": Image.Transpose.ROTATE_180,
    "270": Image.Transpose.ROTATE_90,
}


@router.post("/preview")
async def preview(
    request: Request,
    page: Annotated[int, Query(ge=1, description="page of the PDF or TIFF, from 1")] = 1,
    rotation: Annotated[Literal["0", "90", "180", "270"], Query(description="clockwise degrees")] = "0",
    longest: Annotated[int, Query(ge=100, le=MOST_SIDE, description="longer side, pixels at most")] = 1800,
) -> Response:
    """Send a JPEG, PNG, WebP, TIFF, HEIC or PDF as the body. The EXIF orientation is applied before `rotation`."""
    admission, settings = request.app.state.admission, request.app.state.settings
    limits = Limits(settings.max_pixels, settings.max_pages)
    with admission.place():
        sent = await files(request, settings)

        def work() -> bytes:
            image = shown(sent[0][1], page, longest, limits)
            if rotation in _CLOCKWISE:
                image = image.transpose(_CLOCKWISE[rotation])
            jpeg = io.BytesIO()
            image.save(jpeg, "JPEG", quality=_QUALITY)
            return jpeg.getvalue()

        content = await admission.run(request, work)
    return Response(content, media_type=JPEG)
