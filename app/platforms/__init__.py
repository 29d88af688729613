"""Consultation platforms (议事角, 议事亭, 百言堂…) and the topics raised on them."""
