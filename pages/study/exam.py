"""Exam: questions without feedback until the end."""

import streamlit as st

from attnquiz.ui import exam, exam_result, exam_setup

st.title("Exam")
sitting = exam.sitting()
exam.trouble()
exam_setup.setup(sitting)
exam_setup.cover(sitting)
exam.asking(sitting)
exam.end(sitting)
exam_result.result(sitting)
