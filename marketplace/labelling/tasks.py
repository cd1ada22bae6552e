"""Prepares campaigns in the worker."""

import structlog
from celery import shared_task

from marketplace.labelling.actions import open_drawn
from marketplace.labelling.drawing import draw_pairs
from marketplace.labelling.models import Campaign
from matching.encoding import warm_encoder

log = structlog.get_logger(__name__)


@shared_task
def prepare_campaigns() -> int:
    """On a hint, and every minute: what waits is found by query, so that a killed worker loses nothing."""
    opened = 0
    for campaign in Campaign.objects.waiting().order_by("pk"):
        drawn = draw_pairs(campaign, warm_encoder())
        if drawn is None:
            log.info("campaign_waits_for_matches", campaign=campaign.pk)
        elif open_drawn(campaign=campaign, drawn=drawn):
            opened += 1
    return opened
