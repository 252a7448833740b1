"""The whole product over real HTTP: the sandbox, the bot, and phones that tap."""
