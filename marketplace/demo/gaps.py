"""Gaps of the demonstration world: found in its matches, and followed by companies that look for such work."""

from marketplace.gaps.actions import follow, follow_market
from marketplace.gaps.models import Follow, Gap
from marketplace.organisations.models import Membership, Organisation

FOLLOWED_BY = 3  # companies for each gap by sector, those whose wanted sectors it is among


def find_and_follow_gaps() -> tuple[int, int]:
    """Returns how many gaps are open and how many companies follow one; the matches must be there."""
    follow_market()
    for gap in Gap.objects.open().of_dimension(Gap.Dimension.SECTOR).order_by("pk"):
        looking = Organisation.objects.verified().suppliers().filter(wanted_sectors=gap.sector).order_by("pk")
        for organisation in looking[:FOLLOWED_BY]:
            owner = organisation.memberships.filter(role=Membership.Role.OWNER).select_related("user").first()
            if owner is not None:
                follow(actor=owner.user, gap=gap, organisation=organisation)
    return Gap.objects.open().count(), Follow.objects.count()
