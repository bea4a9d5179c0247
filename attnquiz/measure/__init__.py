"""Progress in numbers: the log as data frames. No Streamlit, no pictures."""
