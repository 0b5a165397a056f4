"""One change on many tickets: which they are, what would come of it, doing it, and taking it back."""
