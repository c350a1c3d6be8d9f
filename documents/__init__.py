"""What was published, and by whom: reading, cleaning, attribution and splitting of news articles.

Importing this package loads nothing; import names from its modules.
"""
