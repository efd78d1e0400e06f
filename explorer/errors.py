"""The one base of every error that a visitor or a command line may be shown."""


class ExplorerError(Exception):
    """Something the user can understand and act upon; its text is one clear line."""
