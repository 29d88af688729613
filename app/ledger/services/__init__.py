"""What is done with the ledger. Everything flushes, nothing commits."""
