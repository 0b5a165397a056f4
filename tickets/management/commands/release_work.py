"""manage.py release_work: gives back what somebody has in hand, as when they have left."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from kapture.figures import counted
from tickets.staffing.returning import release_work


class Command(DeskCommand):
    help = "Give back what somebody has in hand: to its queues, which give it out anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="their user name; they need not be able to sign in any more")

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        person = User.objects.filter(username=user).first()
        if person is None:
            raise CommandError(f"There is no user “{user}”.")
        returned = release_work([person.pk], now=timezone.now())
        self.stdout.write(f"{counted(len(returned), 'ticket')} of {user} given back.")
