"""Finding tickets: the words of a search, what they mean, and the entries they are looked up in."""
