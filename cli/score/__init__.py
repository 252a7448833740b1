"""Scores tables of rows from the command line: reads files, tells what is wrong with them, writes answers."""
