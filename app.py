"""attnquiz in the browser: ``streamlit run app.py``."""

from attnquiz.ui import boot

boot.run()
