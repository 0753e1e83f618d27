"""From the text of an answer to its tree: spelling, tokens, and a grammar by precedence; `reading` is the way in."""
