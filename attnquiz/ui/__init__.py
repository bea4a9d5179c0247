"""Streamlit: the parts pages are made of. The only room that reads the clock and session_state."""
