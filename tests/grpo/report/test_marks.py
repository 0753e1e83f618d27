from rlvr.grpo.report.marks import Mark, marks


def test_steps_in_a_row_are_one_mark_and_an_alarm_keeps_its_number() -> None:
    fired = {2: ["kl"], 3: ["kl", "length"], 4: ["length"], 7: ["kl"]}
    lines = [
        {"step": step, "alarms": [{"name": name, "message": f"{name} at {step}"} for name in fired.get(step, [])]}
        for step in range(1, 9)
    ]
    assert marks(lines) == [
        Mark("kl", 1, 2, 3, "kl at 2"),
        Mark("length", 2, 3, 4, "length at 3"),
        Mark("kl", 1, 7, 7, "kl at 7"),
    ]


def test_lines_without_alarms_or_with_strange_ones_have_none() -> None:
    strange: list[object] = [None, "kl", {"message": "nameless"}, {"name": 3}, []]
    assert marks([{"step": 1}, {"step": 2, "alarms": None}, {"step": 3, "alarms": strange}]) == []
