r"""The grammar above expressions: unions, ratios, chains of relations, and lists."""

from __future__ import annotations

from rlvr.rewards.maths.grammar.caveats import changes
from rlvr.rewards.maths.grammar.measures import Measures
from rlvr.rewards.maths.tree import Node, sym, symbols
from rlvr.rewards.maths.units import atoms_of

_SET_SIGNS = {"cup": "union", "U": "union", "minus": "minus"}


class Relations(Measures):
    """Reads statements: what stands at the top of an answer or between brackets."""

    __slots__ = ()

    def items(self) -> list[list[Node]]:
        """Read groups, separated by semicolons, of members, separated by commas, "and" and "or"."""
        groups: list[list[Node]] = [[self.relation()]]
        while True:
            kind, value, _, _ = self.tokens[self.at]
            if kind == "sep":
                self.at += 1
                if self.tokens[self.at][0] == "conj":
                    self.has_or |= self.tokens[self.at][1] == "or"
                    self.at += 1
                if self.tokens[self.at][0] in ("close", "end"):
                    # A trailing separator, as in `(1,)`.
                    return groups
                if value == ";":
                    groups.append([])
            elif kind == "conj" and value in ("and", "or", "land", "lor"):
                if value in ("land", "lor") and not _may_be_joined(groups[-1][-1]):
                    raise self.unexpected("a connective between terms")
                self.at += 1
                self.has_or |= value in ("or", "lor")
                if self._joins_groups(groups):
                    groups.append([])
            elif self.starts_remark():
                self._skip_remark()
                return groups
            else:
                return groups
            groups[-1].append(self.relation())

    def _joins_groups(self, groups: list[list[Node]]) -> bool:
        """Return whether the word just read stands between groups, as in `p=5, q=2 and p=7, q=2`."""
        last = groups[-1]
        return len(last) > 1 and all(node.head == "rel" for node in last) and self.tokens[self.at][0] != "sep"

    def _skip_remark(self) -> None:
        """Skip "(about 18.9 cards)" at the end of a text: one number, its unit, the bracket, and nothing else."""
        self.at += 2 if self.tokens[self.at][0] == "open" else 1
        self.take("op", "-")
        if self.tokens[self.at][0] not in ("num", "rep"):
            raise self.unexpected("a remark without its number")
        self.at += 1
        while self.tokens[self.at][0] in ("text", "unit"):
            kind, value, _, _ = self.tokens[self.at]
            if kind == "text" and value.strip(" )."):
                atoms_of(value.strip(" )."))
            self.at += 1
        self.take("close", ")")
        if self.tokens[self.at][0] != "end":
            raise self.unexpected("words after a remark")

    def relation(self) -> Node:
        r"""Read sides joined by `=`, `<`, `\in` and their like."""
        sides = [self._side()]
        operators: list[str] = []
        while True:
            kind, value, _, _ = self.tokens[self.at]
            if kind == "rel":
                self.at += 1
                if value in ("<", ">", "!=") and self.take("rel", "="):
                    value = value if value == "!=" else f"{value}="
            elif kind == "cmd" and value == "not" and self.tokens[self.at + 1][0] == "rel":
                value = {"=": "!=", "in": "notin"}.get(self.tokens[self.at + 1][1], "")
                if not value:
                    raise self.unexpected("a negated relation")
                self.at += 2
            elif kind == "cmd" and value == "pmod":
                self.at += 1
                value = "mod"
            else:
                break
            operators.append(value)
            sides.append(self._side())
        if operators == ["equiv"] and sides[1].head == "fn" and sides[1].args[0] == "mod":
            operators, sides = ["equiv", "mod"], [sides[0], *sides[1].args[1:]]
        return Node("rel", (tuple(operators), *sides)) if operators else sides[0]

    def _side(self) -> Node:
        label = self._words_before_equals() or self._call_before_equals()
        if label is not None:
            return label
        sides = [self._united()]
        while self.next_is("op", ":") and self.tokens[self.at + 1][0] != "end":
            if self.in_set and self.is_condition():
                break
            self.at += 1
            sides.append(self._united())
        return Node("ratio", tuple(sides)) if len(sides) > 1 else sides[0]

    def _words_before_equals(self) -> Node | None:
        r"""Read the words of `Maximum area = 2` or `\text{Area} = 2`."""
        at, spelled = self.at, []
        while self.tokens[at][0] in ("word", "text"):
            spelled.append(self.tokens[at][1])
            at += 1
        is_whole = self.tokens[at][0] == "rel"
        is_label = is_whole or (self.tokens[at][0] in ("sym", "fn") and self.tokens[at + 1][0] in ("rel", "op", "open"))
        if spelled and is_label and changes(" ".join(spelled), is_whole=is_whole):
            raise self.unexpected("words that make something else of what they name")
        if spelled and self.tokens[at][0] in ("sym", "fn") and self.tokens[at + 1][0] in ("rel", "op", "open"):
            # The words before a label, as in `intersect at y = 3`, say nothing.
            self.at = at if len(spelled[0]) > 2 and not spelled[0].isupper() else self.at
            return None
        if not spelled or self.tokens[at][0] != "rel":
            if self.tokens[self.at][0] == "text":
                self.at += 1
                return Node("text", (self.tokens[self.at - 1][1],))
            return None
        if all(word.isupper() for word in spelled) or (len(spelled) == 1 and len(spelled[0]) < 3):
            return None
        self.at = at
        return Node("text", (" ".join(spelled),))

    def _call_before_equals(self) -> Node | None:
        """Read the `P(x)` of `P(x) = 5`, where any letter may name a function; elsewhere it would be a product."""
        tokens, at = self.tokens, self.at
        if tokens[at][0] != "sym" or tokens[at + 1][:3] != ("open", "(", False):
            return None
        end = at + 2
        while tokens[end][0] == "sym" or tokens[end][:2] == ("sep", ","):
            end += 1
        if end == at + 2 or tokens[end][:2] != ("close", ")") or tokens[end + 1][0] != "rel":
            return None
        self.at = end + 1
        arguments = tuple(sym(token[1]) for token in tokens[at + 2 : end] if token[0] == "sym")
        return Node("call", (tokens[at][1], *arguments))

    def _united(self) -> Node:
        node = self._intersected()
        while (self.tokens[self.at][0] == "op" and self.tokens[self.at][1] in _SET_SIGNS) or self.next_is("sym", "U"):
            sign = self.tokens[self.at][1]
            self.at += 1
            node = Node(_SET_SIGNS[sign], (node, self._intersected()))
        return node

    def _intersected(self) -> Node:
        node = self.expression()
        while self.take("op", "cap"):
            node = Node("inter", (node, self.expression()))
        return node


def _may_be_joined(node: Node) -> bool:
    r"""Return whether `\land` after `node` joins statements or values, and is no operation of logic on symbols."""
    return node.head == "rel" or not symbols(node)
