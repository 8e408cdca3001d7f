"""``minga person``: add a person with an account (the first one, and who appoints overseers)."""

import argparse
import getpass

from minga.start import tell, with_database


@with_database
def main(argv: list[str]) -> int:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from minga.people.models import Group, Person

    parser = argparse.ArgumentParser(prog="minga person", description="Add a person with an account.")
    parser.add_argument("username")
    parser.add_argument("--name", default="", help="the name shown")
    parser.add_argument("--position", default="", help="what the person does, such as 'head of audit'")
    parser.add_argument("--group", choices=Group.values, default=Group.AGENCY)
    parser.add_argument("--email", default="")
    parser.add_argument("--appointer", action="store_true", help="may appoint overseers and import inventories")
    arguments = parser.parse_args(argv)
    if Person.objects.filter(username=arguments.username).exists():
        tell(
            f"A person with the user name {arguments.username} exists already.",
            do="Choose another user name.",
        )
        return 1
    password = getpass.getpass("Password: ")
    try:
        validate_password(password)
    except ValidationError as error:
        tell("This password is too weak.", do=" ".join(error.messages))
        return 1
    Person.objects.create_user(
        arguments.username,
        email=arguments.email,
        password=password,
        display_name=arguments.name,
        position=arguments.position,
        group=arguments.group,
        body_role="appointer" if arguments.appointer else "",
    )
    print(f"{arguments.username} can sign in now.")
    return 0
