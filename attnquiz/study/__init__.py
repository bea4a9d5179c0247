"""Answering cards: what to ask next, one sitting, mastery of concepts. No torch, no Streamlit."""
