"""The stream of an account: every activity that X told of it, what came of each, and what may be made of it."""
