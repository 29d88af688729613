"""Residents and households, units, users with their roles, appointments; and signing in."""
