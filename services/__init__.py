"""Does: one use case is one plain function is one transaction."""
