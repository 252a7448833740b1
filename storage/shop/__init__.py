"""The points shop as it is kept, one file for each of its tables."""
