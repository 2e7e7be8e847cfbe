"""A rehearsal line of its own for these tests, and the phone's page as a program sees it."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient

from ivr.config import Config
from ivr.factory import create_app
from ivr.store import Store
from tests.fresh import prepare

HERE = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def config_of(folder, **settings):
    return Config.from_env({"DATA_DIR": str(folder), **settings})


def app_of(folder, **settings):
    """The line with a database and settings of its own, and its real voice."""
    config = config_of(folder, **settings)
    prepare(config.database_url)
    return create_app(config)


def close(app):
    app.extensions["switchboard"].close()


def requests_of(app):
    """The callback requests that the line holds, oldest first."""
    store: Store = app.extensions["switchboard"].store
    return sorted(store.queue(None), key=lambda request: (request.created, request.reference))


@dataclass
class Page:
    """The page without a browser: carries the call, and sends what a person does. `client` may change between steps."""

    client: FlaskClient
    faults: tuple[str, ...] = ()
    told: dict[str, Any] = field(default_factory=dict)
    token: str = ""

    def open(self):
        html = self.client.get("/phone").get_data(as_text=True)
        self.token = re.search(r'data-page="([^"]+)"', html)[1]
        return self

    def post(self, step, **body):
        return self.client.post(f"/phone/{step}", json={**body, "faults": list(self.faults)}, headers=HERE)

    def _step(self, step, **body):
        answer = self.post(step, **body)
        assert answer.status_code == 200, answer.get_json()
        self.told = answer.get_json()
        return self

    def dial(self, **wishes):
        return self._step("dial", page=self.token, **wishes)

    def do(self, kind, **wish):
        return self._step("act", call=self.told["call"], wish={"kind": kind, **wish})

    def press(self, *keys):
        for key in keys:
            self.do("press", keys=key)
        return self

    def next(self, story):
        return self._step("next", call=self.told["call"], story=story)

    def saved(self, told=""):
        return self.post("save", call=self.told["call"], told=told).get_json()["text"]

    @property
    def heard(self):
        return " ".join(one["caption"] for one in self.told["plays"] if one["caption"])

    @property
    def node(self):
        return self.told["where"]["node"]
