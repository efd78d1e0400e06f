"""Which families there are, in the order in which a visitor is offered them."""

from __future__ import annotations

from explorer.families import classifier, gan, notes, oracle, planar_gan, recurrent, recurrent_gan, vae
from explorer.families.descriptor import Family

FAMILIES: dict[str, Family] = {
    family.id: family
    for family in (
        vae.FAMILY,
        oracle.FAMILY,
        gan.FAMILY,
        planar_gan.FAMILY,
        recurrent.FAMILY,
        recurrent_gan.FAMILY,
        notes.FAMILY,
        classifier.FAMILY,
    )
}
