"""Resident conventions (居民公约) and service standards: drafting to being in force."""
