"""Today, the public board, the audit trail's page, and the life of one matter."""
