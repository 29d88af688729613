"""Resolutions, the tasks they become, evidence, evaluation and feedback."""
