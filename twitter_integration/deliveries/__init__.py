"""The webhook and the raw inbox: a POST becomes a durable row, rows are claimed and drained."""
