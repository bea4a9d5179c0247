"""Today: what is due, what is ready to learn, one button to start."""

import streamlit as st

from attnquiz.ui import today

st.title("Today")
ahead = today.outlook()
today.problems()
today.greeting(ahead)
today.offer(ahead)
today.ready(ahead)
today.doors(ahead)
