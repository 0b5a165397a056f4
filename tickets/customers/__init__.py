"""What is known of one customer, and what colleagues note about them."""
