"""Tests of what the points shop decides."""
