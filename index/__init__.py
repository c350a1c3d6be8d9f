"""How passages are kept and found: the truth, the embeddings, the generations and the retriever.

Importing this package loads nothing; import names from its modules.
"""
