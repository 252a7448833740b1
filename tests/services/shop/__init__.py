"""Tests of the points shop."""
