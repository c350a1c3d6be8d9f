"""Who may log in, where a login is asked for: a file of ``user:password`` lines.

Nothing here is needed while the page is bound to this machine alone. Where it is asked for is
decided in `ui.server`.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
from pathlib import Path

from documents.errors import ServeError

FAILURE_DELAY = 1.0
"""Seconds that a failed login takes, so that guessing is slow; others are served meanwhile."""

_LONGEST = 4096


class Accounts:
    """User names with their passwords, compared in constant time.

    Args:
        pairs: User names and passwords.
    """

    def __init__(self, pairs: dict[str, str]) -> None:
        self._digests = [(_digest(user), _digest(password)) for user, password in pairs.items()]

    @classmethod
    def read(cls, path: Path) -> Accounts:
        """Return the accounts of a file with one ``user:password`` a line; empty lines and ``#`` lines are skipped.

        Raises:
            ServeError: the file cannot be read, has a bad line, or no account; never repeats a password.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
            raise ServeError(
                f"expected a readable file of user:password lines at {str(path)!r}, got: {reason}"
            ) from None
        pairs: dict[str, str] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            user, colon, password = line.strip().partition(":")
            if not (user.strip() and colon and password) or user.strip() in pairs:
                raise ServeError(f"expected user:password, each user once, in line {number} of {str(path)!r}; mend it")
            pairs[user.strip()] = password
        if not pairs:
            raise ServeError(f"expected at least one user:password line in {str(path)!r}, got none; add one")
        return cls(pairs)

    def know(self, user: str, password: str) -> bool:
        """Return whether the pair is an account; the time taken does not tell which part was wrong."""
        given = (_digest(user[:_LONGEST]), _digest(password[:_LONGEST]))
        found = False
        for known in self._digests:
            same_user = hmac.compare_digest(given[0], known[0])
            same_password = hmac.compare_digest(given[1], known[1])
            found |= same_user & same_password
        return found

    async def log_in(self, user: str, password: str) -> bool:
        """Return whether the pair is an account; a wrong one takes `FAILURE_DELAY` seconds."""
        if self.know(user, password):
            return True
        await asyncio.sleep(FAILURE_DELAY)
        return False

    async def open_basic(self, header: str) -> bool:
        """Return whether an ``Authorization`` header holds an account (HTTP Basic)."""
        scheme, _, encoded = header.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            user = password = ""
        return await self.log_in(user, password)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
