"""Entry point on a laptop and on a Space: ``python app.py``."""

from explorer.errors import ExplorerError
from explorer.ui.app import serve

if __name__ == "__main__":
    try:
        serve()
    except ExplorerError as error:
        raise SystemExit(f"error: {error}") from error
