"""Documents that the law asks for about a system: what they consist of, what is known, what is missing."""
