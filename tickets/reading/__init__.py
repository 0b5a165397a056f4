"""What pages and the API read: lists, their order, what stands around them."""
