"""What is asked: cards, concepts, the deck grammar, answers checked by computing. No torch, no Streamlit."""
