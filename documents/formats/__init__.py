"""Files of every kind to articles: text, pages, tables, feeds, mail, documents, exports and archives."""
