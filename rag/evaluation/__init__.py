"""Measuring answers with a question set: read the set, ask it, judge what came, sum it up, show how sure that is."""
