"""Video files: what is in a piece of recording, and many pieces as one file. The only door to FFmpeg (PyAV); worker only.

Streams are copied where they fit (VP8 and Opus, what browsers record); anything else is encoded anew. Pieces of different
recorders cannot be appended byte by byte (only the first would play): each is read and its packets written with new times.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

MILLISECOND = Fraction(1, 1000)
CARD_EVERY = 1.0
"""Seconds from one picture of a hole to the next, so that a player can jump into it."""
CARD_COLOURS = {"paper": (21, 19, 19), "ink": (236, 231, 226)}
VIDEO, AUDIO = "vp8", "opus"


class Unreadable(Exception):
    """These bytes are no video we can read."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a segment holds. `seconds` is how long it lasts; `width` and `height` are pixels."""

    seconds: float
    video: str
    audio: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to put at `at` seconds of the new file, for `seconds`: a segment, or words on a dark card."""

    at: float
    seconds: float
    source: Callable[[], io.RawIOBase] | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A chapter from one second to another."""

    start: float
    end: float
    title: str


class Chain(io.RawIOBase):
    """Parts read one after the other as if they were one file; only one is in memory."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._rest = parts, b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, target: Any) -> int:
        """Fill a buffer from the current part, or from the next one."""
        while not self._rest:
            following = next(self._parts, None)
            if following is None:
                return 0
            self._rest = following
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def look(source: io.RawIOBase) -> Look:
    """Read a segment through, without decoding it. Unreadable when there is no picture in it."""
    end, begin = 0.0, None
    try:
        with _av().open(source) as file:
            video, audio = _streams(file)
            for packet in _packets(file):
                at = float(packet.pts * packet.time_base)
                begin = at if begin is None else min(begin, at)
                end = max(end, at + float((packet.duration or 0) * packet.time_base))
            if begin is None:
                raise Unreadable("there is no picture in it")
            return Look(end - begin, video.codec_context.name, audio.codec_context.name if audio else "", *_size(video))
    except _av().FFmpegError as error:
        raise Unreadable(str(error)) from error


def join(
    pieces: Sequence[Piece], marks: Sequence[Mark], target: Path, size: tuple[int, int], tell: Callable[[float], None]
) -> None:
    """Write one WebM that plays, seeks and has chapters. `tell` hears how much of the timeline is done, from 0 to 1."""
    end = max(piece.at + piece.seconds for piece in pieces)
    with _av().open(str(target), "w", format="webm", options={"cues_to_front": "1"}) as out:
        writer = _Writer(out, size)
        out.set_chapters(
            [
                {
                    "id": place,
                    "start": int(mark.start * 1000),
                    "end": int(mark.end * 1000),
                    "time_base": MILLISECOND,
                    "metadata": {"title": mark.title},
                }
                for place, mark in enumerate(marks, 1)
            ]
        )
        for piece in pieces:
            writer.add(piece)
            tell(min(1.0, (piece.at + piece.seconds) / end))


class _Writer:
    """The new file: one stream of pictures, one of sound. What fits is passed on, what does not is encoded by the piece."""

    def __init__(self, out: Any, size: tuple[int, int]) -> None:
        self._out, self._size = out, size
        self.video = out.add_mux_stream(VIDEO, width=size[0], height=size[1], time_base=MILLISECOND)
        self.audio = out.add_stream("libopus", rate=48_000, layout="stereo", time_base=MILLISECOND)
        self._last = {"video": -1, "audio": -1}

    def add(self, piece: Piece) -> None:
        """Write one piece at its place."""
        if piece.source is None:
            self._write_card(piece)
            return
        with _av().open(piece.source()) as file:
            video, audio = _streams(file)
            convert = {
                stream.index: self._pass_on if stream.codec_context.name == codec else self._encoder(stream)
                for stream, codec in ((video, VIDEO), (audio, AUDIO))
                if stream is not None
            }
            begin: float | None = None
            for packet in _packets(file):
                at = float(packet.pts * packet.time_base)
                begin = at if begin is None else begin
                convert[packet.stream.index](packet, piece, begin)
            for finish in convert.values():
                finish(None, piece, begin or 0.0)

    def _pass_on(self, packet: Any, piece: Piece, begin: float) -> None:
        if packet is None:
            return
        at = float(packet.pts * packet.time_base) - begin
        if 0 <= at < piece.seconds:
            self._write(packet.stream.type, packet, piece.at + at)

    def _encoder(self, stream: Any) -> Callable[[Any, Piece, float], None]:
        encode = _video_encoder(self._size) if stream.type == "video" else _audio_encoder()
        fit = _av().AudioResampler("s16", "stereo", 48_000, frame_size=960) if stream.type == "audio" else None

        def convert(packet: Any, piece: Piece, begin: float) -> None:
            frames = stream.codec_context.decode(packet)
            for frame in frames:
                at = float(frame.pts * frame.time_base) - begin
                if not 0 <= at < piece.seconds:
                    continue
                for ready in fit.resample(frame) if fit else [frame.reformat(*self._size, format="yuv420p")]:
                    ready.pts, ready.time_base = round(float(ready.pts * ready.time_base) * 1000), MILLISECOND
                    self._write_encoded(stream.type, encode.encode(ready), piece, begin)
            if packet is None:
                self._write_encoded(stream.type, encode.encode(None), piece, begin)

        return convert

    def _write_encoded(self, kind: str, packets: Sequence[Any], piece: Piece, begin: float) -> None:
        for packet in packets:
            at = float(packet.pts * packet.time_base) - begin
            self._write(kind, packet, piece.at + max(0.0, at))

    def _write_card(self, piece: Piece) -> None:
        encode, picture = _video_encoder(self._size), _card(self._size, piece.words)
        count = max(1, int(piece.seconds / CARD_EVERY))
        for number in range(count):
            frame = _av().VideoFrame.from_image(picture).reformat(format="yuv420p")
            frame.pts, frame.time_base = int(number * CARD_EVERY * 1000), MILLISECOND
            frame.pict_type = _av().video.frame.PictureType.I
            self._write_encoded("video", encode.encode(frame), piece, 0.0)
        self._write_encoded("video", encode.encode(None), piece, 0.0)

    def _write(self, kind: str, found: Any, at: float) -> None:
        """Times only ever grow within a stream: what would go back by a rounding is moved on by a millisecond."""
        moment = max(round(at * 1000), self._last[kind] + 1)
        self._last[kind] = moment
        packet = _av().Packet(bytes(found))
        packet.stream = self.video if kind == "video" else self.audio
        packet.pts = packet.dts = moment
        packet.time_base, packet.is_keyframe = MILLISECOND, found.is_keyframe
        packet.duration = round(float((found.duration or 0) * found.time_base) * 1000)
        self._out.mux(packet)


def _av() -> Any:
    """FFmpeg, loaded when it is first needed: 20 MB that a web process never uses."""
    import av

    return av


def _streams(file: Any) -> tuple[Any, Any]:
    if not file.streams.video:
        raise Unreadable("there is no picture in it")
    return file.streams.video[0], (file.streams.audio[0] if file.streams.audio else None)


def _packets(file: Any) -> Iterator[Any]:
    """All packets with a time, up to where the bytes break off: a crash may have cut the last one."""
    wanted = [stream for stream in _streams(file) if stream is not None]
    try:
        for packet in file.demux(wanted):
            if packet.pts is not None:
                yield packet
    except (_av().error.InvalidDataError, _av().error.EOFError):
        return


def _size(video: Any) -> tuple[int, int]:
    return video.codec_context.width, video.codec_context.height


def _video_encoder(size: tuple[int, int]) -> Any:
    encoder = _av().CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = *size, "yuv420p"
    encoder.time_base, encoder.framerate, encoder.bit_rate = MILLISECOND, Fraction(20), 1_000_000
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    return encoder


def _audio_encoder() -> Any:
    encoder = _av().CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "stereo", "s16"
    encoder.time_base, encoder.bit_rate = Fraction(1, 48_000), 64_000
    return encoder


def _card(size: tuple[int, int], words: str) -> Image.Image:
    picture = Image.new("RGB", size, CARD_COLOURS["paper"])
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=max(16, size[1] // 20))
    draw.text((size[0] / 2, size[1] / 2), words, fill=CARD_COLOURS["ink"], font=font, anchor="mm", align="center")
    return picture
