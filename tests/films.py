"""Small films as browsers' recorders make them: a header that knows no length, cut into pieces of bytes."""

import hashlib
import io
from fractions import Fraction

import av
import numpy

from app.live import media
from app.live.recording_pieces import Piece

WIDTH, HEIGHT, RATE = 160, 90, 10


def film(seconds: float, grey: int, *, kind: str = "webm") -> bytes:
    """A film of one grey, with silence; "mp4" is what Safari would send (fragmented, another codec)."""
    raw = io.BytesIO()
    options = {"live": "1"} if kind == "webm" else {"movflags": "frag_keyframe+empty_moov"}
    with av.open(raw, "w", format=kind, options=options) as out:
        video = out.add_stream("libvpx" if kind == "webm" else "mpeg4", rate=RATE)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        if kind == "webm":
            video.options = {"deadline": "realtime", "cpu-used": "8"}
        audio = out.add_stream("libopus" if kind == "webm" else "aac", rate=48_000, layout="stereo")
        for number in range(round(seconds * RATE)):
            picture = numpy.full((HEIGHT, WIDTH, 3), grey, dtype=numpy.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            out.mux(video.encode(frame))
        size = audio.codec_context.frame_size
        for number in range(round(seconds * 48_000 / size)):
            out.mux(audio.encode(_silence(audio.codec_context.format, size, number)))
        for stream in (video, audio):
            out.mux(stream.encode(None))
    return raw.getvalue()


def pieces(data: bytes, count: int = 4) -> list[Piece]:
    """Cut it, as a recorder hands it out."""
    size = len(data) // count + 1
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return [Piece(number, part, hashlib.sha256(part).hexdigest()) for number, part in enumerate(parts)]


def chain(data: bytes) -> media.Chain:
    """The same, to be read as one."""
    return media.Chain(iter([piece.data for piece in pieces(data)]))


def greys(data: bytes) -> dict[float, int]:
    """Every picture of a film: its second, and how bright it is. A real decoder's word."""
    with av.open(io.BytesIO(data)) as file:
        return {
            round(float(frame.pts * frame.time_base), 2): int(frame.to_ndarray(format="gray").mean())
            for frame in file.decode(video=0)
        }


def _silence(form: av.AudioFormat, size: int, number: int) -> av.AudioFrame:
    kind = numpy.int16 if "s16" in form.name else numpy.float32
    shape = (2, size) if form.is_planar else (1, 2 * size)
    frame = av.AudioFrame.from_ndarray(numpy.zeros(shape, dtype=kind), format=form.name, layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = 48_000, number * size, Fraction(1, 48_000)
    return frame
