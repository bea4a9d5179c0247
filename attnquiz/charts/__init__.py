"""Pictures: a DataFrame in, an Altair chart out. The only room that chooses colours."""
