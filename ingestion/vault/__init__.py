"""The vault: the only place that holds names. Outside the home, readable by its owner alone.

Belongs here: the key, the identity rows behind tokens, the originals of deliveries, the acts of
depersonalisation. Does not belong here: who is one person (``ingestion.identity``), reading of files.
"""

from ingestion.vault.vault import Vault

__all__ = ["Vault"]
