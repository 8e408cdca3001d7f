from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "minga.register"

    def ready(self) -> None:
        from minga.instruments.published import also_published

        also_published(_taken)


def _taken() -> dict[str, frozenset[str]]:
    from minga.register.collect.answers import questions_taken

    return questions_taken()
