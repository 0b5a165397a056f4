"""Messages go from one ticket to another, and back: merge, split, move, link, undo."""
