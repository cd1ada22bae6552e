"""Who judges what, by optimisation: plain arithmetic, without Django and without a database.

`wishes` says what is wanted, `plan` answers with pairs, proof and reasons. The flow is solved in `flow`, mended for the
worst-served entry and for connectivity in `mending`, bounded in `bounds`; what cannot be had is named in `obstacles`.
"""
