"""Events of dbt that nobody hears cost nothing, and nothing that somebody hears is lost or changed."""

from __future__ import annotations

from typing import Any

import pytest
from dbt.adapters.events.types import SQLQuery
from dbt.events.types import LogStartLine
from dbt_common.events import base_types
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager_client import get_event_manager
from dbt_common.events.functions import fire_event
from dbt_common.events.logger import LineFormat, LoggerConfig

from dbt_project.build.unheard import nobody_listens

TOLD: dict[str, Any] = {"conn_name": "a", "sql": "select 1", "node_info": {"node_name": "n"}}


def test_an_event_read_within_says_what_it_says_outside() -> None:
    outside = SQLQuery(**TOLD)
    with nobody_listens():
        within = SQLQuery(**TOLD)
        assert "pb_msg" not in vars(within)  # no message yet
        within.sql = "select 2"  # an event may be changed before it is read
        assert within.pb_msg.sql == "select 2" and within.conn_name == "a"
        within.sql = "select 1"
        assert within.to_dict() == outside.to_dict() and within.message() == outside.message()
        start = LogStartLine(description="d", index=1, total=2, node_info={})
        assert (start.description, start.total) == ("d", 2)
    assert SQLQuery(**TOLD).to_dict() == outside.to_dict()


def test_nobody_makes_a_message_of_what_nobody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    parse = base_types.ParseDict

    def counted(told: Any, message: Any) -> Any:
        made.append(type(message).__name__)
        return parse(told, message)

    monkeypatch.setattr(base_types, "ParseDict", counted)
    with nobody_listens():
        fire_event(SQLQuery(**TOLD))
        assert made == []
        fire_event(SQLQuery(**TOLD), level=EventLevel.WARN)
        assert made.count("SQLQuery") == 1
    fire_event(SQLQuery(**TOLD))
    assert made.count("SQLQuery") == 2


def test_a_warning_and_a_listener_hear_everything() -> None:
    heard: list[str] = []
    with nobody_listens():
        manager: Any = get_event_manager()
        manager.callbacks = [lambda message: heard.append(message.data.sql)]
        fire_event(SQLQuery(**TOLD))
        fire_event(SQLQuery(**TOLD | {"sql": "a warning"}), level=EventLevel.WARN)
        assert heard == ["a warning"]
        manager.add_logger(LoggerConfig(name="somebody", line_format=LineFormat.PlainText))
        fire_event(SQLQuery(**TOLD | {"sql": "heard"}))
        assert heard == ["a warning", "heard"]


def test_dbt_is_as_before_afterwards() -> None:
    before, make = get_event_manager(), BaseEvent.__init__
    with pytest.raises(KeyError), nobody_listens():
        raise KeyError
    assert get_event_manager() is before and BaseEvent.__init__ is make and "pb_msg" not in vars(BaseEvent)
