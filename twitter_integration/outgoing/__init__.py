"""What goes to X as an answer: may it be sent, how long is it, files, sending, looking for it again."""
