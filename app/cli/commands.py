from app.cli.backup import backup, restore
from app.cli.prepare import prepare
from app.cli.translations import translations

commands = [prepare, translations, backup, restore]
