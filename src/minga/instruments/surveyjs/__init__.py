"""Reads SurveyJS definitions as they are published, and answers as the SurveyJS form library does.

``reading`` loads a definition, ``answers`` says what is visible and what completion leaves, ``expressions`` is the
condition language, ``rules`` the named rule sets that score a definition. Behaviour follows survey-core 3.1.1
(MIT); docs/surveyjs.md lists what is reproduced and what is not.
"""
