"""From files as they arrive to the lake: read, prove, depersonalise, account for every row.

Belongs here: contracts and layouts of the sources (``sources/``), readers, facts of a delivery, recognition,
row accounting, the ledger of deliveries and readings, returns to senders, the vault and identity.
Does not belong here: any rule about figures (dbt), checks across tables (``quality``), another room's code.
A name never passes this room's door: lake rows carry keyed tokens, names stay in the vault.
"""
