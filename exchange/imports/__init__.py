"""Reading a municipality's own lists: from the bytes of a file to rows that can become drafts.

    guards    what a file must be before anything opens it
    reading   XLSX, CSV and JSON become sheets of plain cells
    fields    what a column can become
    recognition, mapping   which sheet is what, which column becomes which field
    values    what a cell says
    plan      the dry run: new, already there, faulty
    feedback  the copy of the file with remarks at the faulty cells

Nothing here writes to the database; `exchange.services` does.
"""
