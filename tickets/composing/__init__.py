"""What the composer of a ticket asks: which message is answered, and what else is done with what is sent."""
