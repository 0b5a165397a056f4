"""One customer is erased: what they said, who they are and what we wrote to them goes; figures and decisions stay."""
