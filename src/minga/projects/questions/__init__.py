"""Pages of question sets, one set of views for a project and for the body itself.

``place`` says where one is and what one may see there, ``showing`` what the pages list, ``following`` what comes of a
save.
"""
