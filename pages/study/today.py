"""Today: what is due, what is ready to learn, one button to start."""

import streamlit as st

from attnquiz.ui import backlog, today

st.title("Today")
ahead = today.outlook()
today.problems()
today.greeting(ahead)
backlog.backlog(ahead)
today.offer(ahead)
today.ready(ahead)
today.doors(ahead)
