from pathlib import Path

import pytest

from rlvr.grpo.config import Config
from rlvr.grpo.recipe import RecipeError, build_config, dump_recipe, load_recipe
from tests.grpo.small import RECIPE, small_config

RECIPES = sorted((Path(__file__).parents[2] / "recipes").rglob("*.toml"))


def test_an_empty_recipe_is_the_defaults(tmp_path: Path) -> None:
    empty = tmp_path / "empty.toml"
    empty.touch()
    assert load_recipe(empty) == load_recipe(None) == Config()


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_of_the_project_loads(recipe: Path) -> None:
    assert load_recipe(recipe).grpo.num_steps > 0


def test_what_the_file_says_and_does_not_say() -> None:
    config = load_recipe(RECIPE)
    assert (config.grpo.group_size, config.model.tiny.hidden_size, config.optimizer.lr) == (4, 32, 1e-2)
    assert config.grpo.clip_high == Config().grpo.clip_high


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("grp", "unknown key grp; did you mean grpo?"),
        ("grpo.group_sise", "unknown key grpo.group_sise; did you mean grpo.group_size?"),
        ("model.tiny.hiden_size", "unknown key model.tiny.hiden_size; did you mean model.tiny.hidden_size?"),
        ("run.zzz", "unknown key run.zzz; known: dir, seed, device"),
    ],
)
def test_an_unknown_key_suggests_the_nearest(tmp_path: Path, key: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message.replace("?", r"\?")):
        load_recipe(None, [f"{key}=1"])
    recipe = tmp_path / "wrong.toml"
    recipe.write_text(f"{key} = 1\n")
    with pytest.raises(RecipeError, match=message.replace("?", r"\?")):
        load_recipe(recipe)


@pytest.mark.parametrize("key", ["top_p", "top_k", "min_p", "repetition_penalty", "frequency_penalty", "min_tokens"])
def test_what_would_reshape_the_draws_is_refused_with_the_reason(key: str) -> None:
    reason = f"{key} is refused: tokens would be drawn from another distribution than the one whose log-prob"
    with pytest.raises(RecipeError, match=f"sampler.{reason}"):
        load_recipe(None, [f"sampler.{key}=1"])
    with pytest.raises(ValueError, match=reason):
        Config.model_validate({"sampler": {key: 1}})


def test_free_tables_take_any_key() -> None:
    config = load_recipe(None, ["task.options.path=rows.jsonl", "task.options.n=3", "task.rubric={correct=1, style=2}"])
    assert config.task.options == {"path": "rows.jsonl", "n": 3}
    assert config.task.rubric == {"correct": 1.0, "style": 2.0}


def test_overrides_are_typed_and_the_last_one_wins() -> None:
    config = small_config(
        "grpo.group_size=8",
        "grpo.group_size=16",
        "optimizer.lr = 3e-4",
        "optimizer.betas=[0.5, 0.6]",
        "grpo.shuffle_rewards=true",
        "task.name=my_tasks.py:Reverse",
        "run.dir=runs/a=b",
        'task.instructions=""',
        "task.options={slip = 0.2}",
        "model.tiny={num_layers=3}",
    )
    assert (config.grpo.group_size, config.optimizer.lr, config.optimizer.betas) == (16, 3e-4, (0.5, 0.6))
    assert config.grpo.shuffle_rewards is True
    assert (config.task.name, str(config.run.dir)) == ("my_tasks.py:Reverse", "runs/a=b")
    assert (config.task.instructions, config.task.options) == ("", {"slip": 0.2})
    assert config.model.tiny.num_layers == 3


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("grpo.group_size", "write it as section.key=value"),
        ("=3", "write it as section.key=value"),
        ("grpo=3", "grpo is a section, not a value"),
        ("model.path.x=3", "unknown key model.path.x|model.path"),
        ("grpo.group_size=many", r"grpo.group_size: .*integer.*'many'"),
        ("grpo.group_size=1", r"grpo.group_size: .*greater than or equal to 2.*1"),
        ("grpo.std=mean", r"grpo.std: .*'sample', 'population' or 'none'"),
        ("optimizer.lr=inf", r"optimizer.lr: .*finite"),
        ("model.tiny.num_heads=3", "num_heads must divide hidden_size"),
    ],
)
def test_a_wrong_override_names_its_key(override: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        load_recipe(None, [override])


def test_an_override_below_a_value_of_the_file_is_refused(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[model]\npath = "here"\n')
    with pytest.raises(RecipeError, match="'path' is a value, not a section"):
        load_recipe(recipe, ["model.path.x=3"])


@pytest.mark.parametrize(
    "config",
    [
        Config(),
        small_config(),
        small_config('model.path="a \\"b\\" \\u20ac"', "task.options={path = {train = 'x', test = 'y'}, n = [1, 2]}"),
        small_config("task.rubric={correct = 1.0, format = 0.1}", "grpo.max_sync_gap=1e-7", "run.num_threads=2"),
    ],
    ids=["defaults", "small", "nested", "optional"],
)
def test_a_dumped_recipe_loads_back_the_same(tmp_path: Path, config: Config) -> None:
    path = tmp_path / "config.toml"
    path.write_text(dump_recipe(config), encoding="utf-8")
    assert load_recipe(path) == config


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"cannot read the recipe .*none\.toml: No such file"):
        load_recipe(tmp_path / "none.toml")


@pytest.mark.parametrize("content", [b"grpo = [", b"\xff\xfe", b"{}"])
def test_what_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    recipe = tmp_path / "bad.toml"
    recipe.write_bytes(content)
    with pytest.raises(RecipeError, match=r"bad\.toml is not TOML"):
        load_recipe(recipe)


def test_a_section_given_as_a_value_is_refused() -> None:
    with pytest.raises(RecipeError, match=r"model\.tiny is a section, not a value"):
        build_config({"model": {"tiny": 3}})


@pytest.mark.parametrize(
    ("settings", "folder"),
    [
        ([], "runs/ChainSum"),
        (["task.name=my_tasks.py:Reverse"], "runs/Reverse"),
        (["task.name=Countdown", "run.dir=elsewhere"], "elsewhere"),
    ],
)
def test_the_run_folder_is_named_after_the_task(settings: list[str], folder: str) -> None:
    assert load_recipe(None, settings).run.dir == Path(folder)
