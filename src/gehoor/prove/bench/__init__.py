"""The project's own measurements: this server, and a floor without rules, in one run on one machine.

``measure`` starts the servers and the load generator as processes, ``load`` is that load generator, ``floor`` is the
floor, ``report`` tells the figures. ``hearing`` needs no server: it measures in this process. docs/performance.md says
what each figure means.
"""
