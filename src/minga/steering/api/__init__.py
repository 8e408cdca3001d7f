"""The body as data, by subject: what its public pages say. Reading only."""

from ninja import Router

from minga.steering.api import counted, federation, groups, projects

router = Router()
for part in (projects, groups, counted, federation):
    router.add_router("", part.router)
