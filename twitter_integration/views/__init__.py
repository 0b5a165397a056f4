"""Pages of X's side: connecting an account and the buttons that ask X. For administrators only."""
