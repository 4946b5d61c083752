"""Rules on the marts as built: figures against each other, against the lake, against the release before."""
