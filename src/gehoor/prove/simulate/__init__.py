"""Days of a customer-contact centre under a virtual clock, through the flows that the server runs.

``city`` plays one stretch of days, ``run`` several of them in two processes, ``figures`` counts from the facts that
were stored, ``report``, ``picture`` and ``page`` tell. docs/performance.md says what each figure means.
"""
