"""What is kept: the log, the memory derived from it, migrations. The only room that holds SQL."""
