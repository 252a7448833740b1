"""Pictures with words: drawn here, sent by the bot, shown by the panel."""
