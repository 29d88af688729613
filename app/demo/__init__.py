"""The sample community: real facts, invented people, a year of life. The same every time from a seed."""
