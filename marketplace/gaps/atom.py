"""New opportunities that nothing fits, for feed readers."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.gaps.models import Waiting, WaitingQuerySet

LATEST = 50


class WaitingFeed(Feed[Waiting, None]):
    """The latest, newest first; what everybody may read, and no more."""

    feed_type = Atom1Feed
    title: str | Promise = _("市场缺口：尚无合适能力的场景机会")
    subtitle: str | Promise = _("部门发布的真实问题，市场上还没有合适的能力")

    def link(self) -> str:
        """The page of gaps."""
        return reverse("gaps:list")

    def items(self) -> WaitingQuerySet:
        """With what an entry shows."""
        return Waiting.objects.shown().select_related("scenario__department")[:LATEST]

    def item_title(self, item: Waiting) -> str:
        """The opportunity's title."""
        return str(item.scenario.title)

    def item_description(self, item: Waiting) -> str:
        """The problem in the department's words."""
        return str(item.scenario.pain)[:500]

    def item_link(self, item: Waiting) -> str:
        """The opportunity's page."""
        return item.scenario.get_absolute_url()

    def item_pubdate(self, item: Waiting) -> datetime:
        """Since when it waits."""
        return item.since

    def item_author_name(self, item: Waiting) -> str:
        """The department."""
        return str(item.scenario.department.name)
