"""The data map: which systems use which data, where these lie, who gets them, which processing activity covers them.

It lives here and not in the register, because it knows the processing activities too. `web` reads, `answers` answers
questions with tables, `picture` draws; each knows nothing of pages.
"""
