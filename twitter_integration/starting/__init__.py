"""The first run: from nothing to the first ticket, each step judged, checked at X and explained."""
