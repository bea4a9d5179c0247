"""How well it is known: ratings, memory, the FSRS scheduler, study days. The only room that imports fsrs."""
