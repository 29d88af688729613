"""Meetings: convening, agenda, attendance, votes to the law's thresholds, minutes."""
