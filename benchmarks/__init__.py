"""How fast Linli is, beside a floor measured in the same run. `python3 manage.py bench --help`."""
