"""The form of ``config.json``: which entries it has, and what each is. What they mean stands in docs/format.md."""

from __future__ import annotations

from explorer.strict_json import positive

CLASSES = {"attribute": str, "values": [str], "labels": {"en": [str], "zh": [str]}, "shares": [float]}
TRAINED = {"optimiser": str, "loss": str, "seconds": float, "device": str, "command": str}
FORM = {
    "name": str,
    "title": {"en": str, "zh": str},
    "family": str,
    "arguments": dict,
    "capabilities": [str],
    "image": (None, {"channels": positive, "height": positive, "width": positive}),
    "latent_size": (None, positive),
    "likelihood": (None, {"kind": str, "scale?": float}),
    "priors": [str],
    "condition": (None, CLASSES),
    "dataset": {"name": str, "version": str, "sha256": (None, str), "split": str, "licence": str},
    "training": {"seed": int, "steps": int, **TRAINED, "settings?": dict},
    "metrics": {str: {"value": float, "low": float, "high": float, "count": int, "unit": str, "reference?": int}},
    "versions": {str: str},
    "files": {str: str},
    "licence": str,
}
"""Of ``config.json``, beside its ``format``; see :func:`explorer.strict_json.first_wrong`."""
