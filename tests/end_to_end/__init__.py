"""The main job as a person runs it: from a demo home's inbox to a release, and everything that must stop it."""
