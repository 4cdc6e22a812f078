"""Password hashes (Argon2id, 19 MiB, 2 passes, 1 lane), computed off the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

# Two at a time: a rush of logins must neither fill the memory nor starve other requests.
_workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))

# Checked when there is no account, so that an unknown address takes as long as a known one.
DUMMY_HASH = _hasher.hash("no account has this password")


async def hash_password(password: str) -> str:
    """Hash a password for keeping."""
    return await asyncio.get_running_loop().run_in_executor(_workers, _hasher.hash, password)


async def password_matches(password: str, known_hash: str | None) -> bool:
    """Compare a password with a hash; without one, take the same time and answer False."""
    loop = asyncio.get_running_loop()
    matches = await loop.run_in_executor(
        _workers,
        _hasher.verify,
        password,
        known_hash or DUMMY_HASH,
    )
    return matches and known_hash is not None
