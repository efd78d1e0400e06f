"""The small classifiers that samples are judged by."""
