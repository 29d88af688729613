"""What is worth points, who was awarded them for what, and each person's wallet."""
