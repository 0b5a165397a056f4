"""An account is connected, its webhook registered and its subscriptions kept: and all of it withdrawn."""
