"""Everything that touches vLLM: an in-process engine, per-request seeds, and weights pushed without a restart.

Seven traps of vLLM are avoided here. Building an engine reseeds the global random generators: they are put back. On a
CPU it also has every process that is started later load its allocator, those of the sandbox too: not here. A weight
push leaves the prefix cache computed with the old weights: it is reset. `named_parameters()` leaves a tied output head
stale: the push takes `state_dict()`. An adapter under a number that the engine knows is not read again unless it is
told to: every push tells it. A prompt that is prefilled in chunks under its own seed needs a generator that can step
back, which CPU generators cannot: there, prompts are prefilled whole. Ranking log-probabilities compiles a kernel at
first use, for which a machine without a GPU needs a C++ compiler and 20 s: there, it runs eagerly.
"""

import os
import random
import warnings
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from rlvr.grpo.adapter import AdapterWeights
from rlvr.grpo.adapter_folder import base_of, is_adapter
from rlvr.grpo.config import Config
from rlvr.grpo.diagnosis import diagnose
from rlvr.grpo.policy import Policy
from rlvr.grpo.sampler import Completion, Request, Sampler, SamplerError

_BATCHED_TOKENS = 8192
"""Tokens in one engine step, at least."""

_PRELOAD = "LD_PRELOAD"

_ADAPTER = {"lora_name": "policy", "lora_int_id": 1}
"""Under which name and number the engine knows the policy's adapter."""

_RANKS = (8, 16, 32, 64, 128, 256, 512)
"""Ranks that an engine can be sized for."""


class VllmSampler(Sampler):
    """Real vLLM in this process, for GPU and CPU."""

    def __init__(self, folder: Path, policy: Policy, config: Config) -> None:
        """Load the engine.

        Args:
            folder: The model as `save_pretrained` wrote it, or an adapter that is merged into the policy.
            policy: For decoding and end tokens; its weights are not touched.
            config: The whole run; engine limits, number type and seed are read from it.

        Raises:
            SamplerError: The adapter's rank is above what vLLM can be built for.
        """
        _set_environment(config)
        self._is_cpu = is_cpu = policy.model.device.type == "cpu"
        length = policy.max_length(config.sampler.max_length)
        adapters = _adapter_settings(config)
        is_ranked = torch.distributed.is_initialized() and torch.distributed.get_world_size() > 1
        with _generators_kept(), _preload_kept(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import vllm

            self.name = f"vllm {vllm.__version__}"
            self._vllm: Any = vllm
            self._llm: Any = vllm.LLM(
                model=str(base_of(folder)),
                dtype=config.model.dtype,
                seed=config.run.seed,
                max_model_len=length,
                max_num_seqs=config.sampler.num_slots,
                max_num_batched_tokens=max(_BATCHED_TOKENS, length),
                enable_chunked_prefill=not is_cpu,
                gpu_memory_utilization=config.sampler.memory_fraction,
                logprobs_mode="processed_logprobs",
                generation_config="vllm",
                enforce_eager=is_cpu,
                disable_log_stats=True,
                distributed_executor_backend="external_launcher" if is_ranked else None,
                **adapters,
            )
        self._policy = policy
        self._temperature = config.sampler.temperature
        self._adapter: Any = None
        self.policy_version = 0
        if is_adapter(folder):
            self.push(policy.model.state_dict(), 0)

    def stream(self, requests: Sequence[Request]) -> Generator[tuple[int, Completion], None, None]:
        """Each completion as soon as it has ended, each under its own seed."""
        engine, running = self._llm.llm_engine, {str(place) for place in range(len(requests))}
        try:
            for place, request in enumerate(requests):
                prompt = self._vllm.inputs.tokens_input(list(request.token_ids))
                engine.add_request(str(place), prompt, self._sampling_params(request), lora_request=self._adapter)
            while running:
                for output in self._step(engine):
                    running.remove(output.request_id)
                    yield int(output.request_id), self._completion(output.outputs[0])
        finally:
            engine.abort_request(sorted(running))

    def _step(self, engine: Any) -> Any:
        """Generate one more token of every request that has a slot; return the requests that ended with it."""
        with torch.compiler.set_stance("force_eager") if self._is_cpu else nullcontext():
            return engine.step()

    def push(self, weights: Mapping[str, torch.Tensor], policy_version: int) -> None:
        """Load a `state_dict()` or an adapter into the engine and forget everything cached under the old weights."""
        self.load(weights)
        self.forget()
        self.policy_version = policy_version

    def load(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Take over these tensors; what was cached under the old ones stays."""
        if isinstance(weights, AdapterWeights):
            self._load_adapter(weights)
            return
        self._adapter = None
        kwargs = {"weights_iterator": iter(weights.items()), "is_checkpoint_format": True}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._llm.collective_rpc("reload_weights", kwargs=kwargs)

    def _load_adapter(self, weights: AdapterWeights) -> None:
        """Have the engine read the adapter in place of the one that it has; the requests that follow go through it."""
        request = self._vllm.lora.request.LoRARequest
        with TemporaryDirectory(prefix="rlvr-adapter-") as folder:
            weights.save(Path(folder))
            self._llm.llm_engine.add_lora(request(**_ADAPTER, lora_path=folder, load_inplace=True))
            self._adapter = request(**_ADAPTER, lora_path=folder)

    def forget(self) -> None:
        """Empty the prefix cache."""
        if not self._llm.reset_prefix_cache():
            raise RuntimeError("vLLM kept its prefix cache after a weight push: requests are still running")

    def diagnose(self, weights: Mapping[str, torch.Tensor], requests: Sequence[Request]) -> str:
        """Say whether weights, a tied one or the cache differ."""
        return diagnose(self, weights, requests)

    def _sampling_params(self, request: Request) -> Any:
        """Every field that shapes the distribution is set; an unset one would follow the model's own defaults."""
        return self._vllm.SamplingParams(
            temperature=self._temperature,
            top_p=1.0,
            top_k=0,
            min_p=0.0,
            presence_penalty=0.0,
            frequency_penalty=0.0,
            repetition_penalty=1.0,
            seed=request.seed,
            max_tokens=request.max_tokens,
            min_tokens=0,
            stop_token_ids=list(self._policy.end_ids),
            logprobs=0,
            detokenize=False,
            skip_special_tokens=False,
            output_kind=self._vllm.sampling_params.RequestOutputKind.FINAL_ONLY,
        )

    def _completion(self, output: Any) -> Completion:
        token_ids = tuple(output.token_ids)
        logprobs = tuple(entry[token].logprob for entry, token in zip(output.logprobs, token_ids, strict=True))
        text = self._policy.decode(list(token_ids))
        return Completion(token_ids, logprobs, text, "stop" if output.finish_reason == "stop" else "length")


def _adapter_settings(config: Config) -> dict[str, Any]:
    """What an engine that takes adapters is built with; nothing where weights are pushed."""
    if config.sampler.lora != "adapter":
        return {}
    rank = config.model.lora.rank
    if rank > _RANKS[-1]:
        raise SamplerError(
            f"model.lora.rank is {rank}, but vLLM takes adapters up to {_RANKS[-1]}: set sampler.lora=merged"
        )
    return {"enable_lora": True, "max_loras": 1, "max_lora_rank": min(size for size in _RANKS if size >= rank)}


def _set_environment(config: Config) -> None:
    """Settings that vLLM reads only from the environment; what the user set stays."""
    os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", str(max(1, config.sampler.cpu_cache_mb // 1024)))
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")


@contextmanager
def _generators_kept() -> Iterator[None]:
    """Restore Python's, NumPy's and torch's global generators on the way out."""
    python, numpy, cpu = random.getstate(), np.random.get_state(), torch.get_rng_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        torch.set_rng_state(cpu)


@contextmanager
def _preload_kept() -> Iterator[None]:
    """Restore which libraries the processes that this one starts load first."""
    before = os.environ.get(_PRELOAD)
    try:
        yield
    finally:
        os.environ.pop(_PRELOAD, None)
        if before is not None:
            os.environ[_PRELOAD] = before
