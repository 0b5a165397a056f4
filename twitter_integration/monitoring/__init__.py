"""How an account is doing: health card, figures, the alarm of silence."""
