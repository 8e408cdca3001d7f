"""``minga person``: add a person with an account, or erase one."""

import argparse
import getpass

from minga.start import tell, with_database


@with_database
def main(argv: list[str]) -> int:
    from minga.people.models import Group

    parser = argparse.ArgumentParser(prog="minga person", description="Add a person with an account, or erase one.")
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="a new person; asks for the password")
    add.add_argument("username")
    add.add_argument("--name", default="", help="the name shown")
    add.add_argument("--position", default="", help="what the person does, such as 'head of audit'")
    add.add_argument("--group", choices=Group.values, default=Group.AGENCY)
    add.add_argument("--email", default="")
    add.add_argument("--appointer", action="store_true", help="may appoint overseers, import inventories and erase")
    erase = commands.add_parser("erase", help="name, address, account and key go; what they gave stays, unnamed")
    erase.add_argument("username")
    erase.add_argument("--as", dest="eraser", required=True, help="user name of the appointer who erases")
    arguments = parser.parse_args(argv)
    return _add(arguments) if arguments.command == "add" else _erase(arguments)


def _add(arguments: argparse.Namespace) -> int:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from minga.people.models import Person

    if Person.objects.filter(username=arguments.username).exists():
        tell(f"A person with the user name {arguments.username} exists already.", do="Choose another user name.")
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


def _erase(arguments: argparse.Namespace) -> int:
    from minga.ledger.action import BODY, By
    from minga.people.actions import erase_person
    from minga.people.models import Person

    found = {person.username: person for person in Person.objects.filter(username__in=vars(arguments).values())}
    for name in (arguments.username, arguments.eraser):
        if name not in found:
            tell(f"There is no person with the user name {name}.", do="Check the spelling.")
            return 1
    erase_person(By(found[arguments.eraser].actor), BODY, person=found[arguments.username])
    print("Erased. Backups and letters that were sent before keep what they hold: delete those too.")
    return 0
