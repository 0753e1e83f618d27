from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.ids import SPLIT_BUCKETS, TaskId, prompt_bucket

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,12}", fullmatch=True)
IDS = st.builds(
    TaskId, NAMES, st.integers(0, 99), st.sampled_from(sorted(SPLIT_BUCKETS)), st.integers(0, 9), st.integers(0)
)


@given(IDS)
def test_an_id_reads_back(task_id: TaskId) -> None:
    assert TaskId.parse(str(task_id)) == task_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Countdown",
        "Countdown/train/3/42",
        "Countdown-v0/train/3",
        "Countdown-v0/train/3/-1",
        "Countdown-v0/train/x/1",
        "Countdown-v0/train/03/42",
        "Countdown-v0/train/3/42/",
        "Countdown-v0/train/3/42\n",
        "Countdown-v0/train/٣/42",
    ],
)
def test_what_is_not_an_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a task id"):
        TaskId.parse(text)


def test_the_randomness_depends_on_every_part_and_on_the_attempt() -> None:
    base = TaskId("A", 0, "train", 3, 42)
    others = [
        TaskId("B", 0, "train", 3, 42),
        TaskId("A", 1, "train", 3, 42),
        TaskId("A", 0, "val", 3, 42),
        TaskId("A", 0, "train", 4, 42),
        TaskId("A", 0, "train", 3, 43),
    ]
    draws = [base.rng(0).random(), base.rng(1).random(), *(other.rng(0).random() for other in others)]
    assert len(set(draws)) == len(draws)
    assert base.rng(0).random() == draws[0]


def test_the_randomness_is_pinned() -> None:
    assert TaskId("Countdown", 0, "train", 3, 42).rng(0).getrandbits(64) == 17308249688770797908


@given(st.text())
def test_a_prompt_falls_into_the_bucket_of_its_hash(prompt: str) -> None:
    digest = blake2b(prompt.encode(), digest_size=8).digest()
    assert prompt_bucket(prompt) == int.from_bytes(digest, "big") % 10


def test_the_splits_share_out_the_ten_buckets() -> None:
    assert sorted(bucket for buckets in SPLIT_BUCKETS.values() for bucket in buckets) == list(range(10))
    assert {split: len(buckets) for split, buckets in SPLIT_BUCKETS.items()} == {"train": 7, "val": 1, "test": 2}


def test_a_lone_surrogate_has_a_bucket() -> None:
    assert prompt_bucket("\ud800") in range(10)
