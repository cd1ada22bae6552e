"""Builds the demonstration world, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.accounts.models import User
from marketplace.demo.accounts import PROVINCE
from marketplace.demo.gaps import find_and_follow_gaps
from marketplace.demo.labelling import label, mark
from marketplace.demo.market import build_market
from marketplace.demo.world import STAGES, build
from marketplace.notifications.models import Notification
from marketplace.pairing.feed import renew_all
from marketplace.pairing.prints import renew_prints


class Command(BaseCommand):
    """`manage.py load_demo [--stage cases]`"""

    help = "Build the demonstration world by the application's own actions; does nothing when it is there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How far to build."""
        parser.add_argument("--stage", choices=STAGES, default=STAGES[-1])
        parser.add_argument("--no-matches", action="store_true", help="leave the matching to the worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, then match."""
        if User.objects.filter(email=PROVINCE).exists():
            self.stdout.write("The demonstration world is there already; nothing was changed.")
            return
        world = build(options["stage"], self._tell)
        looked_at = options["stage"] in STAGES[STAGES.index("applied") :]
        if looked_at:
            self._tell("marks", mark(world))
        # Its addresses end in .example: no mail server would take them.
        Notification.objects.update(mail_state=Notification.MailState.NOT_WANTED)
        if not options["no_matches"]:
            done = renew_all(lambda count: self._tell("matched", count))
            self.stdout.write(f"Matches of {done} texts computed.")
            while renew_prints():
                pass
            gaps, follows = find_and_follow_gaps()
            self.stdout.write(f"{gaps} gaps of the market, followed {follows} times.")
            if world.scenarios:
                build_market(world, self._tell)
            if looked_at:
                self._tell("grades", label(world))
            Notification.objects.update(mail_state=Notification.MailState.NOT_WANTED)

    def _tell(self, part: str, count: int) -> None:
        self.stdout.write(f"  {part:<16} {count:>5}")
