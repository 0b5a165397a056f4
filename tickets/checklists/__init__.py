"""What has to be done on a ticket, item by item."""
