"""The command line's rooms, a subject each; ``attnquiz/__main__.py`` opens them."""
