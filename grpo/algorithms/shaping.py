"""Reward shaping: what is added to a rollout's reward, and never to its `Score.value`."""


def overlong_penalty(num_tokens: int, max_tokens: int, buffer_tokens: int) -> float:
    """0 up to max_tokens - buffer_tokens, falling linearly to -1 at max_tokens, and -1 beyond.

    Source: DAPO, arXiv:2503.14476, equation 13; there max_tokens is 20,480 = 16,384 + 4,096.

    Args:
        num_tokens: Sampled tokens of the completion.
        max_tokens: Where the penalty is full, the buffer included.
        buffer_tokens: Over how many tokens it grows.

    Raises:
        ValueError: The buffer is not between 1 and max_tokens.
    """
    if not 1 <= buffer_tokens <= max_tokens:
        raise ValueError(f"the buffer has {buffer_tokens} tokens; it must have 1 to max_tokens ({max_tokens})")
    room = max_tokens - buffer_tokens - num_tokens
    return max(-1.0, min(0.0, room / buffer_tokens))
