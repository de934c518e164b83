"""Where large things lie: a folder, or a bucket that speaks S3 (STORAGE_URL). The database only knows their keys.

A key is a path of our own making ("recordings/<id>/…"). Writing the same bytes under the same key again is harmless.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import current_app

from app.kernel.errors import DomainError
from app.kernel.offload import offload


class StorageFull(DomainError):
    """There is no room, or the store cannot be reached; nothing was written."""

    status = 507
    code = "storage_full"
    message = "There is no room to store this just now. It is kept where it is and will be sent again."


class Storage(Protocol):
    """What a store can do. Reading what is not there raises FileNotFoundError."""

    def put(self, key: str, data: bytes) -> None:
        """Write bytes, wholly or not at all; StorageFull when there is no room."""

    def put_file(self, key: str, path: Path) -> None:
        """Move a finished local file in; it is gone from where it was."""

    def read(self, key: str) -> bytes:
        """All bytes of one key."""

    def delete_under(self, prefix: str) -> None:
        """Everything whose key begins with this folder; nothing there is no error. Raises where some of it stays."""

    def path(self, key: str) -> Path | None:
        """The file itself, where the store is a folder of this machine."""

    def link(self, key: str, *, name: str, kind: str, seconds: int) -> str | None:
        """An address that hands the file out for so long, where the store is not a folder."""

    @property
    def origin(self) -> str:
        """Where such addresses lead, for the pages' content security policy; empty for a folder."""


class FolderStorage:
    """Files below one folder. Each is written beside its place and moved in, so that a crash leaves no half file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, data: bytes) -> None:
        """Write bytes; on an event loop in a native thread, because a slow disk must not stop the sockets."""
        try:
            offload(_write, self._folder / key, data)
        except OSError as error:
            raise StorageFull from error

    def put_file(self, key: str, path: Path) -> None:
        """Move a local file in, also from another file system."""
        target = self._folder / key
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f".{uuid.uuid4().hex}")
            shutil.move(path, draft)
            draft.replace(target)
        except OSError as error:
            raise StorageFull from error

    def read(self, key: str) -> bytes:
        """All bytes of one key; on an event loop in a native thread too."""
        return offload((self._folder / key).read_bytes)

    def delete_under(self, prefix: str) -> None:
        """A folder with everything in it."""
        if (self._folder / prefix).exists():
            shutil.rmtree(self._folder / prefix)

    def path(self, key: str) -> Path | None:
        """The file itself."""
        return self._folder / key

    def link(self, key: str, *, name: str, kind: str, seconds: int) -> str | None:
        """None: we hand it out ourselves."""

    @property
    def origin(self) -> str:
        """Empty: we hand files out ourselves."""
        return ""


class BucketStorage:
    """Objects in a bucket. Credentials come from the environment, as Amazon's own tools read them (AWS_ACCESS_KEY_ID, …)."""

    def __init__(self, bucket: str, prefix: str, endpoint: str) -> None:
        import boto3
        from botocore.config import Config

        style = Config(s3={"addressing_style": "path"} if endpoint else None, connect_timeout=5, read_timeout=30)
        self._client: Any = boto3.client("s3", endpoint_url=endpoint or None, config=style)
        self._bucket, self._prefix = bucket, f"{prefix}/" if prefix else ""

    def put(self, key: str, data: bytes) -> None:
        """One object; its appearance is atomic."""
        self._try(lambda: self._client.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=data))

    def put_file(self, key: str, path: Path) -> None:
        """Upload a file in parts, then remove it here."""
        self._try(lambda: self._client.upload_file(str(path), self._bucket, self._prefix + key))
        path.unlink()

    def read(self, key: str) -> bytes:
        """All bytes of one object."""
        from botocore.exceptions import ClientError

        try:
            return self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)["Body"].read()
        except ClientError as error:
            raise FileNotFoundError(key) from error

    def delete_under(self, prefix: str) -> None:
        """All objects below, a thousand at a time."""
        for page in self._pages(prefix):
            answer = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": page, "Quiet": True})
            if answer.get("Errors"):
                raise OSError(f"{len(answer['Errors'])} objects under {prefix} could not be deleted")

    def path(self, key: str) -> Path | None:
        """None: it is not on this machine."""

    def link(self, key: str, *, name: str, kind: str, seconds: int) -> str | None:
        """A signed address of the bucket's own."""
        wanted = {
            "Bucket": self._bucket,
            "Key": self._prefix + key,
            "ResponseContentDisposition": f'attachment; filename="{name}"',
            "ResponseContentType": kind,
        }
        return self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)

    @cached_property
    def origin(self) -> str:
        """The bucket's own address."""
        wanted = {"Bucket": self._bucket, "Key": "any"}
        parts = urlsplit(self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=1))
        return f"{parts.scheme}://{parts.netloc}"

    def _pages(self, prefix: str) -> Iterator[list[dict[str, str]]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=f"{self._prefix}{prefix}/")
        for page in pages:
            found = [{"Key": one["Key"]} for one in page.get("Contents", [])]
            if found:
                yield found

    @staticmethod
    def _try(call: Any) -> None:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            call()
        except (Boto3Error, BotoCoreError, ClientError) as error:
            raise StorageFull from error


def storage() -> Storage:
    """The running app's store."""
    return current_app.extensions["storage"]


def open_storage(url: str, endpoint: str, instance: Path) -> Storage:
    """The store of an installation: `s3://bucket/prefix`, a folder's path, or nothing for the instance folder's own."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return BucketStorage(parts.netloc, parts.path.strip("/"), endpoint)
    return FolderStorage(Path(url) if url else instance / "storage")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{uuid.uuid4().hex}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
