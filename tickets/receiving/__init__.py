"""What a channel tells becomes messages, customers and tickets: the parts of intake."""
