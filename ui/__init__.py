"""Faces without decisions: the command line, the web page, and the text they share."""
