"""Entry point on a laptop and on a Space: ``python app.py``."""

from explorer.ui.app import serve

if __name__ == "__main__":
    serve()
