"""`jifen rulebook cases`: plays the worked cases of a rulebook and tells what came out otherwise."""
