"""Messages to people: every step of what they raised, and what they are invited to."""
