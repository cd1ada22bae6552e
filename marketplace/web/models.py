"""Tables that serve pages: tokens of forms already sent."""

from django.conf import settings
from django.db import models


class SentForm(models.Model):
    """A form that was sent once: the same one-time token cannot make a second row.

    The row is inserted in the same transaction as what the form made, so that a failed attempt frees its token.
    """

    token = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    location = models.CharField(max_length=300, blank=True, help_text="Where the first sending led to.")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["sent_at"])]

    def __str__(self) -> str:
        return str(self.token)
