"""manage.py second_factor_off: takes the second factor away from who lost app and codes."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from kapture.command_base import DeskCommand
from tickets.signing_in.factor import take_away


class Command(DeskCommand):
    help = "Take somebody's second factor away, so that the password alone signs them in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="their user name")

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        person = User.objects.filter(username=user).first()
        if person is None:
            raise CommandError(f"There is no user “{user}”.")
        if not take_away(person):
            raise CommandError(f"{user} has no second factor.")
        self.stdout.write(f"The second factor of {user} is taken away; they may set up another one.")
