"""Signing in: allauth's own way, but accounts of the demonstration work only in demonstration mode."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings


def may_sign_in(user: Any) -> bool:
    return settings.MINGA_DEMONSTRATION or not user.demonstration


class Backend(AuthenticationBackend):  # type: ignore[misc]
    def user_can_authenticate(self, user: Any) -> bool:
        return may_sign_in(user) and bool(super().user_can_authenticate(user))

    def get_user(self, user_id: Any) -> Any:
        user = super().get_user(user_id)
        return user if user is not None and may_sign_in(user) else None

    @classmethod
    def _stash_user(cls, user: Any) -> Any:
        """allauth lets a stashed user go on to the page for inactive accounts; ours is simply unknown."""
        return super()._stash_user(user if user is None or may_sign_in(user) else None)
