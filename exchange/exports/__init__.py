"""The working register as a table that can be edited and imported again.

Two rows of headings: German words for people, keys below them for the import. What a spreadsheet could take for a
formula is protected with an apostrophe, which the import takes away again.
"""
