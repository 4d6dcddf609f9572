"""How each room is made to write: a table of service -> what prepares the call."""
