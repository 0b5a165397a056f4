"""What the page of a ticket asks of the database: each query is put together once, for rights and not for a person."""
