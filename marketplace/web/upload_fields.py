"""Form fields for files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.web.uploads import ACCEPT, validate_upload

FILES_LIMIT = 10


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each judged by its content; the cleaned value is a list."""

    def __init__(self, **kwargs: Any) -> None:
        widget = _SeveralFiles(attrs={"accept": ACCEPT})
        kwargs.setdefault("help_text", _("可传 PDF、Word、Excel、PPT、图片或 zip，单个不超过 20 MB"))
        super().__init__(widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check each file."""
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > FILES_LIMIT:
            raise forms.ValidationError(_("一次最多上传 %(n)d 个文件。") % {"n": FILES_LIMIT})
        for file in files:
            validate_upload(super().clean(file, initial))
        if self.required and not files:
            super().clean(None, initial)
        return files
