"""What manage.py is made of: the standard library alone, and nothing newer than Python 3.6."""
