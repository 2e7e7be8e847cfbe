"""Jobs are tested on both databases, as the store is."""

from tests.store.conftest import (  # noqa: F401 - fixtures
    opened,
    postgres_migrated,
    postgres_url,
    sqlite_template,
    sqlite_url,
    store,
    url,
)
