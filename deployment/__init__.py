"""Getting Opora onto a machine and keeping it safe there: the offline bundle, service units, the audit of dependencies.

Belongs here: what is run from a clone or a bundle before and around the product. Does not belong here: anything that a
home needs at run time (``opora.operations``); the product never imports this folder and it is no part of its wheel.
"""
