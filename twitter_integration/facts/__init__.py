"""Typed events become what the helpdesk is told: messages, retractions, receipts, what is known of people."""
