"""Puts a mutant into the running process: never into a file, and only ever in a forked child.

A function gets the changed code in place, so whoever holds it (a decorator, a class with slots, a
table) runs the mutant. A constant is replaced under its name in every module that holds it.
"""

import ast
import copy
import functools
import gc
import sys
from collections import defaultdict
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any, TypeAlias

from tests.mutants.catalogue import Mutant, annotated, source_of, tree_of
from tests.mutants.operators import variants
from tests.tidy.rule import ROOT

Living: TypeAlias = dict[tuple[str, str], list[FunctionType]]  # by file and qualified name


CORE = str(ROOT / "astracore")
Remembering: TypeAlias = "list[functools._lru_cache_wrapper[Any]]"


def living() -> Living:
    """Every function of the core that this process holds."""
    found: Living = defaultdict(list)
    for item in gc.get_objects():
        if isinstance(item, FunctionType) and item.__code__.co_filename.startswith(CORE):
            found[item.__code__.co_filename, item.__code__.co_qualname].append(item)
    return found


def remembering() -> Remembering:
    """Every function of the core that remembers answers: those of the unchanged code."""
    return [
        item
        for item in gc.get_objects()
        if isinstance(item, functools._lru_cache_wrapper)
        and str(getattr(item, "__module__", "")).startswith("astracore")
    ]


def changed_tree(mutant: Mutant) -> ast.Module:
    """A copy of the module's tree with the one change."""
    tree = copy.deepcopy(tree_of(mutant.module))
    node: Any = tree
    for field, index in mutant.path[:-1]:
        node = getattr(node, field) if index is None else getattr(node, field)[index]
    field, index = mutant.path[-1]
    old = getattr(node, field) if index is None else getattr(node, field)[index]
    annotations = annotated(sys.modules[mutant.module])
    new = list(variants(old, annotations))[mutant.variant][1]
    if index is None:
        setattr(node, field, new)
    else:
        getattr(node, field)[index] = new
    return ast.fix_missing_locations(tree)


def plant(mutant: Mutant, functions: Living, memories: Remembering) -> None:
    if mutant.constant:
        replace_constant(mutant.module, mutant.scope, changed_tree(mutant))
    else:
        replace_code(mutant, functions)
        for name in made_by(mutant.module, mutant.scope):
            replace_constant(mutant.module, name, tree_of(mutant.module))
    for memory in memories:
        memory.cache_clear()


def replace_code(mutant: Mutant, functions: Living) -> None:
    file = sys.modules[mutant.module].__file__ or ""
    future = "from __future__ import annotations" in source_of(mutant.module)
    assert not future, "names of annotations would be compiled otherwise"
    whole = compile(changed_tree(mutant), file, "exec", dont_inherit=True)
    code = code_of(whole, mutant.scope)
    held = functions[file, mutant.scope]
    assert held, f"nobody holds {mutant.scope}"
    for function in held:
        assert len(function.__code__.co_freevars) == len(code.co_freevars), "another closure"
        function.__code__ = code


def code_of(code: CodeType, name: str) -> CodeType:
    """The code object of a qualified name, the last one where a name is defined twice."""
    inner = [item for item in code.co_consts if isinstance(item, CodeType)]
    found = [item for item in inner if item.co_qualname == name]
    found += [code_of(item, name) for item in inner if name.startswith(item.co_qualname + ".")]
    return found[-1]


def made_by(module: str, function: str) -> set[str]:
    """The constants of a module whose value is made by one of its functions."""
    return {
        name
        for name, value in constants(tree_of(module))
        if any(isinstance(node, ast.Name) and node.id == function for node in ast.walk(value))
    }


def constants(tree: ast.Module) -> Iterator[tuple[str, ast.Assign | ast.AnnAssign]]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and node.value is not None:
                yield target.id, node


def replace_constant(name: str, constant: str, tree: ast.Module) -> None:
    """Makes a constant anew and puts it wherever the old one is held under its name."""
    module = sys.modules[name]
    room = dict(vars(module))
    alone = ast.Module([dict(constants(tree))[constant]], [])
    exec(compile(alone, module.__file__ or "", "exec"), room)  # noqa: S102
    old, new = vars(module)[constant], room[constant]
    for other in list(sys.modules.values()):
        if vars(other).get(constant) is old:
            setattr(other, constant, new)
