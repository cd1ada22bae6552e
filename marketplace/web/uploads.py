"""Files that people send: judged by their content, stored under names of our own, fetched through a door."""

import hashlib
from pathlib import PurePath
from typing import IO, Any
from uuid import uuid4

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import FileResponse
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MIB = 1024 * 1024

# What each ending must contain. Office formats of 2007 and later are zip archives to a quick look.
ALLOWED_KINDS: dict[str, set[str]] = {
    "pdf": {"application/pdf"},
    "docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"},
    "xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"},
    "pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "application/zip"},
    "png": {"image/png"},
    "jpg": {"image/jpeg"},
    "jpeg": {"image/jpeg"},
    "zip": {"application/zip"},
}
ACCEPT = ",".join(f".{ending}" for ending in ALLOWED_KINDS)


def media_type_of(file: IO[bytes]) -> str:
    """The kind that the first bytes show, or an empty text when they show none."""
    file.seek(0)
    head = file.read(8192)
    file.seek(0)
    kind = filetype.guess(head)
    return str(kind.mime) if kind else ""


@deconstructible
class UploadValidator:
    """Refuses files that are empty, too large, or not what their ending says."""

    def __call__(self, file: UploadedFile[Any]) -> None:
        name, size = file.name or "", file.size or 0
        ending = PurePath(name).suffix.lower().lstrip(".")
        if ending not in ALLOWED_KINDS:
            raise ValidationError(
                _("不支持“.%(ending)s”文件。可上传：%(allowed)s。"),
                params={"ending": ending, "allowed": "、".join(ALLOWED_KINDS)},
            )
        if size == 0:
            raise ValidationError(_("文件是空的，请重新选择。"))
        if size > settings.UPLOAD_MAX_MIB * MIB:
            raise ValidationError(
                _("文件有 %(size).1f MB，超过上限 %(limit)d MB。请压缩或拆分后再传。"),
                params={"size": size / MIB, "limit": settings.UPLOAD_MAX_MIB},
            )
        if file.file is not None and media_type_of(file.file) not in ALLOWED_KINDS[ending]:
            raise ValidationError(
                _("文件内容与“.%(ending)s”不符，可能已损坏或被改名。请用原来的软件另存后再传。"),
                params={"ending": ending},
            )


validate_upload = UploadValidator()


def storage_path(instance: "StoredFile", filename: str) -> str:
    """A name that tells nothing and cannot collide; the person's file name stays in the row."""
    folder = type(instance).__module__.split(".")[1]
    return f"{folder}/{uuid4().hex}{PurePath(filename).suffix.lower()}"


class StoredFile(models.Model):
    """Abstract row of a stored file."""

    file = models.FileField(gettext_lazy("文件"), upload_to=storage_path, validators=[validate_upload])
    name = models.CharField(gettext_lazy("文件名"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


def described(file: UploadedFile[Any]) -> dict[str, Any]:
    """What a row of `StoredFile` says about an uploaded file: its name, kind, size and SHA-256."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    media_type = media_type_of(file.file) if file.file is not None else ""
    return {
        "file": file,
        "name": PurePath(file.name or "").name[:200],
        "media_type": media_type,
        "size": file.size or 0,
        "sha256": digest.hexdigest(),
    }


def download(stored: StoredFile) -> FileResponse:
    """Send a file as an attachment under the person's file name; never shown in place by the browser."""
    response = FileResponse(stored.file.open("rb"), as_attachment=True, filename=stored.name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    return response
