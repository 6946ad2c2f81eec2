#!/usr/bin/env python3
"""Writes the chat fixtures with the real jinja2 (3.1.6), set up as transformers' apply_chat_template sets it up.

Run from the repository's root: python3 engine/src/test/python/make_chat_fixtures.py
Writes chat.json and snippets.json beside the templates in engine/src/test/resources/dev/tarn/engine/chat.
"""

import datetime
import json
import pathlib

import jinja2
import jinja2.ext
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

HOME = pathlib.Path("engine/src/test/resources/dev/tarn/engine/chat")
NOW = datetime.datetime(2025, 7, 4, 9, 5, 3)


class Generation(Extension):
    """transformers' AssistantTracker, as far as the rendered text goes."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    @staticmethod
    def _body(caller):
        return caller()


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = NOW.strftime
    return env


ENV = environment()


def outcome(source, variables):
    try:
        return {"text": ENV.from_string(source).render(**variables)}
    except jinja2.exceptions.UndefinedError as e:
        return {"error": str(e), "kind": "undefined"}
    except jinja2.exceptions.TemplateSyntaxError as e:
        return {"error": str(e), "kind": "syntax", "line": e.lineno}
    except jinja2.exceptions.TemplateError as e:
        return {"error": str(e), "kind": "raised"}
    except Exception as e:  # what Python itself raises inside a template
        return {"error": str(e), "kind": "python"}


TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Weather at a \"place\" <now> & later, 25 °C",
            "parameters": {
                "type": "object",
                "properties": {
                    "place": {"type": "string", "description": "City, Country"},
                    "days": {"type": "integer", "default": 3},
                    "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                },
                "required": ["place"],
            },
        },
    },
    {
        "type": "function",
        "function": {
            "name": "add",
            "description": "Adds.",
            "parameters": {"type": "object", "properties": {"x": {"type": "number"}}, "required": []},
        },
    },
]


def call(name, arguments, id="abcdef123"):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


U, A, S = "user", "assistant", "system"


def say(*turns):
    return [{"role": r, "content": c} for r, c in turns]


HOSTILE = (
    "{{ 7*7 }} {% for x in y %}{# no #}{{ raise_exception('x') }} <|im_end|><|eot_id|><end_of_turn></s>[INST] "
    "{%- raw %} \\n \"quoted\" 'single' </think> -%}"
)

CONVERSATIONS = {
    "user": say((U, "Hello, how are you?")),
    "system_user": say((S, "Be brief."), (U, "Hi")),
    "turns": say((U, "One?"), (A, "1"), (U, "Two?"), (A, "2"), (U, "Three?")),
    "system_turns": say((S, "  Be brief.  "), (U, "One?"), (A, " 1 "), (U, "Two?"), (A, "2")),
    "empty": say((U, "")),
    "no_messages": [],
    "hostile": say((S, HOSTILE), (U, HOSTILE), (A, HOSTILE), (U, HOSTILE)),
    "unicode": say((U, "Grüße 😀 日本語 \u00a0\u2028 é"), (A, "ünï\u3000"), (U, "\u00a0x\u2003")),
    "whitespace": say((S, "\n sys \n\n"), (U, "  a\n\n"), (A, "\n\nb  \n"), (U, "\tc\r\n")),
    "two_users": say((U, "a"), (U, "b")),
    "assistant_first": say((A, "a"), (U, "b")),
    "late_system": say((U, "a"), (S, "b"), (U, "c")),
    "thinking": say((U, "q"), (A, "<think>\nhm\n</think>\n\nanswer"), (U, "again /no_think")),
    "reasoning": [
        {"role": U, "content": "q"},
        {"role": A, "content": "answer", "reasoning_content": "\nbecause\n"},
        {"role": U, "content": "r"},
        {"role": A, "content": "last", "reasoning_content": "so"},
    ],
    "tool_round": [
        {"role": S, "content": "Use tools."},
        {"role": U, "content": "Weather in Paris?"},
        {"role": A, "content": "", "tool_calls": [call("get_weather", {"place": "Paris, Île", "days": 2, "deep": {"a": [1, 2.5, None, True]}})]},
        {"role": "tool", "name": "get_weather", "tool_call_id": "abcdef123", "content": "22.0"},
        {"role": A, "content": "22 degrees."},
        {"role": U, "content": "Thanks"},
    ],
    "tool_two": [
        {"role": U, "content": "Both?"},
        {"role": A, "content": None, "tool_calls": [call("get_weather", {"place": "A"}, "aaaaaaaa1"), call("add", {"x": 1}, "aaaaaaaa2")]},
        {"role": "tool", "tool_call_id": "aaaaaaaa1", "name": "get_weather", "content": "sun"},
        {"role": "tool", "tool_call_id": "aaaaaaaa2", "name": "add", "content": {"result": [1, "ü"]}},
    ],
    "tool_string_arguments": [
        {"role": U, "content": "Go"},
        {"role": A, "content": "ok", "tool_calls": [call("add", "{\"x\": 1}")]},
        {"role": "tool", "content": "done", "tool_call_id": "abcdef123"},
    ],
    "parts": [{"role": U, "content": [{"type": "text", "text": " a "}, {"type": "image"}, {"type": "text", "text": "b"}]}],
    "no_content": [{"role": U}],
    "other_role": say(("critic", "no")),
}

TOKENS = {
    "llama": ("<|begin_of_text|>", "<|eot_id|>"),
    "gemma": ("<bos>", "<eos>"),
    "mistral": ("<s>", "</s>"),
    "deepseek": ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"),
    "tiny": ("<|endoftext|>", "<|endoftext|>"),
}


def chat_cases():
    for path in sorted((HOME / "templates").glob("*.jinja")):
        source = path.read_text(encoding="utf-8")
        bos, eos = next((t for k, t in TOKENS.items() if path.name.startswith(k)), ("<|bos|>", "<|im_end|>"))
        for name, messages in CONVERSATIONS.items():
            variants = [{"add_generation_prompt": False}, {"add_generation_prompt": True}]
            if "tool" in name or name in ("user", "system_user"):
                variants.append({"add_generation_prompt": True, "tools": TOOLS})
                variants.append({"add_generation_prompt": True, "tools": TOOLS, "tools_in_user_message": False})
            variants += [{"add_generation_prompt": True, "enable_thinking": t} for t in (True, False)]
            if name == "user":
                variants += [{"add_generation_prompt": True, "date_string": "1 Jan 2030"}]
                variants += [{"add_generation_prompt": True, "thinking": True}]
            for extra in variants:
                variables = {"messages": messages, "tools": None, "documents": None, "bos_token": bos, "eos_token": eos} | extra
                yield {
                    "template": path.stem, "conversation": name, "bos": bos, "eos": eos, "variables": extra,
                } | outcome(source, variables)


VARIABLES = {
    "s": "Hello, World", "sp": "  pad \n", "n": 7, "f": 2.5, "t": True, "nil": None, "e": [], "u8": "Grüße 😀", "q": "it's \"q\"",
    "l": [3, 1, 2], "w": ["b", "A", "c", "b"], "d": {"b": 1, "a": {"x": [10, 20]}, "items": "own"},
    "r": [{"n": "x", "v": 2, "on": True}, {"n": "y", "v": 1, "on": False}, {"n": "z", "v": 3}],
    "hostile": "{{ 1 + 1 }}{% if %}", "nested": [[1, 2], [3, 4]],
}


def snippet_cases():
    for source in (pathlib.Path(__file__).parent / "chat_snippets.txt").read_bytes().decode().split("\n====\n"):
        if source.strip("\n"):
            yield {"source": source} | outcome(source, VARIABLES)


def write(name, value):
    (HOME / name).write_text(json.dumps(value, ensure_ascii=True, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("chat.json", {"jinja2": jinja2.__version__, "now": NOW.isoformat(), "tools": TOOLS,
                        "conversations": CONVERSATIONS, "cases": list(chat_cases())})
    snippets = list(snippet_cases())
    write("snippets.json", {"jinja2": jinja2.__version__, "variables": VARIABLES, "cases": snippets})
    print(len(snippets), "snippets")
