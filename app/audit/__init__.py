"""The trail: who did what to what, when. Written by services, never changed."""
