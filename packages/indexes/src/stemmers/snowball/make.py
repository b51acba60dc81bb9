"""Makes the stemmers of this folder (NAME.cts) from the code that Snowball's compiler writes for Python.

    pip install snowballstemmer==3.1.1
    python make.py

Snowball's own JavaScript is published for 3.0.1 alone, in Sphinx, without Czech, Persian, Polish and Sesotho. The Python of 3.1.1 is what we compare with, and
uses so little of the language that each statement has one in TypeScript: a jump is a `try` whose label is raised, which here is a
block with a label. What this program does not know it refuses.

Only COPYING, stemmer.cts (the port of basestemmer.py) and this file are written by hand.
"""
import ast
from importlib.metadata import version
from pathlib import Path

import snowballstemmer

assert version('snowballstemmer') == '3.1.1'
# Porter's stemmers are older ones of two of these languages.
left_out = {'porter', 'dutch_porter'}

comparisons = {ast.Eq: '===', ast.NotEq: '!==', ast.Lt: '<', ast.LtE: '<=', ast.Gt: '>', ast.GtE: '>='}
operators = {ast.Add: '+', ast.Sub: '-'}
width = 110


def expression(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=bool(value)):
            return 'true' if value else 'false'
        case ast.Constant(value=int(value)):
            return str(value)
        case ast.Constant(value=str(value)):
            return literal(value)
        case ast.Name(id=name):
            return 'this' if name == 'self' else name
        case ast.Attribute(value=ast.Name(id='self'), attr=name):
            return f'this.{name.lstrip("_")}'
        case ast.Attribute(value=ast.Name(id=name), attr=table) if name.endswith('Stemmer'):
            return table
        case ast.Call(func=ast.Name(id='len'), args=[of]):
            return f'{expression(of)}.length'
        case ast.Call(func=ast.Attribute() as function, args=arguments, keywords=[]):
            return f'{expression(function)}({", ".join(map(expression, arguments))})'
        case ast.Subscript(value=of, slice=at):
            return f'{expression(of)}[{expression(at)}]'
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return f'{expression(left)} {comparisons[type(operator)]} {expression(right)}'
        case ast.BinOp(left=left, op=operator, right=right):
            return f'{expression(left)} {operators[type(operator)]} {expression(right)}'
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return str(-value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            simple = isinstance(operand, (ast.Call, ast.Attribute, ast.Name))
            return f'!{expression(operand)}' if simple else f'!({expression(operand)})'
        case ast.BoolOp(op=ast.Or(), values=values):
            return ' || '.join(map(expression, values))
    raise ValueError(f'line {node.lineno}: {ast.unparse(node)}')


def literal(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def block(statements: list[ast.stmt], indent: str) -> list[str]:
    return [line for each in statements for line in statement(each, indent)]


def statement(node: ast.stmt, indent: str) -> list[str]:
    deeper = indent + '  '
    match node:
        case ast.Assign(targets=[target], value=ast.Subscript() as value):
            return [f'{indent}{expression(target)} = {expression(value)}!;']
        case ast.Assign(targets=[target], value=value):
            return [f'{indent}{expression(target)} = {expression(value)};']
        case ast.AugAssign(target=target, op=operator, value=value):
            return [f'{indent}{expression(target)} {operators[type(operator)]}= {expression(value)};']
        case ast.Expr(value=ast.Call(func=function, args=[ast.Subscript() as value])):
            return [f'{indent}{expression(function)}({expression(value)}!);']
        case ast.Expr(value=value):
            return [f'{indent}{expression(value)};']
        case ast.Return(value=value):
            return [f'{indent}return {expression(value)};']
        case ast.Raise(exc=ast.Call(func=ast.Name(id=label), args=[])):
            return [f'{indent}break {label};']
        case ast.Break():
            return [f'{indent}break;']
        case ast.Continue():
            return [f'{indent}continue;']
        case ast.Pass():
            return []
        case ast.Try(body=body, handlers=[ast.ExceptHandler(type=ast.Name(id=label), body=[ast.Pass()])], orelse=[], finalbody=[]):
            return [f'{indent}{label}: {{', *block(body, deeper), f'{indent}}}']
        case ast.While(test=test, body=body, orelse=[]):
            return [f'{indent}while ({expression(test)}) {{', *block(body, deeper), f'{indent}}}']
        case ast.For(target=ast.Name(id='_'), iter=ast.Tuple(elts=turns), body=body, orelse=[]):
            return [f'{indent}for (let turn = 0; turn < {len(turns)}; ++turn) {{', *block(body, deeper), f'{indent}}}']
        case ast.If(test=test, body=body, orelse=orelse):
            lines = [f'{indent}if ({expression(test)}) {{', *block(body, deeper)]
            match orelse:
                case []:
                    return [*lines, f'{indent}}}']
                case [ast.If() as following]:
                    first, *rest = statement(following, indent)
                    return [*lines, f'{indent}}} else {first.lstrip()}', *rest]
            return [*lines, f'{indent}}} else {{', *block(orelse, deeper), f'{indent}}}']
    raise ValueError(f'line {node.lineno}: {ast.unparse(node)}')


def first_value(name: str) -> str:
    return {'S': "''", 'B': 'false'}.get(name[0], '0')


def in_order(name: str) -> tuple[str, int]:
    letters, _, number = name.partition('_')
    return (letters, int(number)) if number.isdigit() else (name, 0)


def method(function: ast.FunctionDef) -> list[str]:
    assigned = [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id != '_']
    name = function.name.lstrip('_')
    override = 'override ' if name == 'stem' else ''
    values = [f'{each} = {first_value(each)}' for each in sorted(dict.fromkeys(assigned), key=in_order)]
    locals_ = [f'    let {", ".join(values)};'] if values else []
    return [f'  {override}{name}(): boolean {{', *locals_, *block(function.body, '    '), '  }']


def filled(opening: str, items: list[str], closing: str) -> list[str]:
    """Items after one another, as many as a line holds."""
    lines = ['']
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) > width - 5:
            lines.append('')
        lines[-1] += f'{" " if lines[-1] else ""}{item},'
    return [opening, *(f'  {line}' for line in lines), closing]


def among_row(call: ast.Call, class_name: str) -> str:
    text, link, result, *rest = call.args
    condition = [f'(s: {class_name}) => s.{name.id.lstrip("_")}()' for name in rest]
    return f'[{", ".join([*map(expression, (text, link, result)), *condition])}]'


def table(name: str, value: ast.expr, class_name: str) -> list[str]:
    match value:
        case ast.Set(elts=letters):
            return [f'const {name} = grouping({literal("".join(each.value for each in letters))});']
        case ast.Constant(value=str(letters)):
            return [f'const {name} = grouping({literal(letters)});']
        case ast.Tuple(elts=texts):
            return filled(f'const {name} = [', list(map(expression, texts)), '];')
        case ast.List(elts=rows):
            return filled(f'const {name} = among([', [among_row(row, class_name) for row in rows], ']);')
    raise ValueError(f'line {value.lineno}: {ast.unparse(value)}')


def translated(module: str, source: str) -> str:
    [stemmer] = [each for each in ast.parse(source).body if isinstance(each, ast.ClassDef) and each.name.endswith('Stemmer')]
    fields, methods, tables = [], [], []
    for member in stemmer.body:
        match member:
            case ast.FunctionDef():
                methods += ['', *method(member)]
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=bool() | int()) as value):
                fields.append(f'  {name} = {expression(value)};')
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                tables += table(name, value, stemmer.name)
            case ast.Expr(value=ast.Constant()):
                pass
            case _:
                raise ValueError(f'line {member.lineno}: {ast.unparse(member)}')
    used = [each for each in ('among', 'grouping') if any(f'{each}(' in line for line in tables)]
    lines = [
        f'// Made by make.py from {module} of snowballstemmer 3.1.1, which Snowball\'s compiler wrote. BSD-3-Clause: see COPYING.',
        "import snowball = require('./stemmer.cjs');",
        '',
        f'const {{ {", ".join(used)} }} = snowball;',
        *tables,
        '',
        f'class {stemmer.name} extends snowball.Stemmer {{',
        *fields,
        *(methods if fields else methods[1:]),
        '}',
        '',
        f'export = {stemmer.name};',
    ]
    return '\n'.join(lines) + '\n'


here = Path(__file__).parent
names = [name for name in snowballstemmer.algorithms() if name not in left_out]
for name in names:
    module = Path(snowballstemmer.__file__).with_name(f'{name}_stemmer.py')
    (here / f'{name}.cts').write_text(translated(module.name, module.read_text('utf-8')), 'utf-8')
print(len(names), 'stemmers')
