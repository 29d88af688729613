from app.cli.prepare import prepare
from app.cli.translations import translations

commands = [prepare, translations]
