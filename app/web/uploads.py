"""Pictures: decoded, checked, turned upright, cut to size, stripped of everything else, and written anew under a random name."""

import io
import re
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from werkzeug.datastructures import FileStorage

from app.config import settings
from app.kernel.errors import Invalid
from app.kernel.ids import new_public_id
from app.kernel.offload import offload

LARGEST_FILE = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombWarning,
    Image.DecompressionBombError,
)
NO_ROOM = "There is no room to store this picture just now. Everything else you typed is kept."
SIZES = {"thumbnail": (1280, 720), "photo": (512, 512)}
KEY = re.compile(r"[A-Za-z0-9_-]{22}\.webp", re.ASCII)


def store_picture(upload: FileStorage, purpose: str, field: str) -> str:
    """Store an uploaded picture for "thumbnail" or "photo"; returns its key. Raises Invalid on `field` with the reason."""
    raw = upload.stream.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise Invalid(fields={field: "This picture is larger than 10 MB. Choose a smaller one."})
    try:
        clean = offload(_reencoded, raw, SIZES[purpose])
    except UNREADABLE as error:
        raise Invalid(fields={field: "We cannot read this picture. Use a JPEG, PNG or WebP file."}) from error
    key = f"{new_public_id()}.webp"
    path = media_path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    try:
        draft.write_bytes(clean)
        draft.rename(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Invalid(fields={field: NO_ROOM}) from error
    return key


def is_stored(key: str) -> bool:
    """Whether a key is one of ours and its picture is there."""
    return bool(KEY.fullmatch(key)) and media_path(key).is_file()


def media_path(key: str) -> Path:
    """The file of a key, spread over folders by its first two characters."""
    return settings().instance_path / "media" / key[:2] / key


def _reencoded(raw: bytes, size: tuple[int, int]) -> bytes:
    """The picture as WebP, filling `size`; no metadata, one frame. Pixels are counted before they are decoded."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS or min(picture.size) < 16:
                raise ValueError("too many pixels, or hardly any")
            # A JPEG can be decoded at a fraction of its size: three times as quick, and a quarter of the memory.
            picture.draft("RGB", (2 * max(size), 2 * max(size)))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            fitted = ImageOps.fit(upright, size, method=Image.Resampling.LANCZOS)
    out = io.BytesIO()
    fitted.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()
