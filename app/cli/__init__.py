"""The command line of the whole: preparing, translations, backups."""
