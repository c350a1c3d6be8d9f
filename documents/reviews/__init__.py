"""Press reviews taken apart: which lines are what, which names are papers, and whose words each part is."""
