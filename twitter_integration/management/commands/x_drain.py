"""manage.py x_drain: empty the inbox here and now, without a worker."""

import json
from dataclasses import asdict
from typing import Any

from kapture.command_base import DeskCommand
from kapture.progress import Progress
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import Delivery


class Command(DeskCommand):
    help = "Work every delivery that is due in the foreground; prints how many were done, failed or died as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        bar = Progress("worked", total=Delivery.objects.filter(state="new").count())
        drained = drain(progress=bar.advance)
        bar.finish()
        self.stdout.write(json.dumps(asdict(drained)))
