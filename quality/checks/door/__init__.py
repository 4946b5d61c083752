"""Rules on the lake and the inputs: what arrived, before anything is computed from it."""
