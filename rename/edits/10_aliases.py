"""Where files are read, old names pass through ganlib/config/aliases.py."""


def edit(root):
    problems = []

    def sub(name, old, new, mark=None):
        path = root / name
        text = path.read_text()
        if (mark or new) in text:
            return
        if old not in text:
            problems.append(f"{name}: not found: {old[:70]!r}")
            return
        path.write_text(text.replace(old, new, 1))

    sub("ganlib/config/run.py", "from ganlib.config.autoregressive import",
        "from ganlib.config import aliases\nfrom ganlib.config.autoregressive import", "import aliases")
    sub("ganlib/config/run.py",
        '''    def _take_a_gan(cls, values: Any) -> Any:
        """Let who says nothing of a family mean a GAN."""
''',
        '''    def _take_a_gan(cls, values: Any) -> Any:
        """Let who says nothing of a family mean a GAN, and what was saved before old names."""
        values = aliases.configuration(values)
''', "aliases.configuration")
    sub("ganlib/config/__init__.py", '    "Augmentation",\n', '    "Augmentation",\n    "aliases",\n', '"aliases"')
    sub("ganlib/config/__init__.py", "from ganlib.config.augmentation import",
        "from ganlib.config import aliases\nfrom ganlib.config.augmentation import", "import aliases")
    sub("ganlib/runs/metadata.py", "from ganlib.config import Part, Points, RunConfig",
        "from ganlib.config import Part, Points, RunConfig, aliases")
    sub("ganlib/runs/metadata.py", "from pydantic import AfterValidator, Field, FiniteFloat, ValidationError",
        "from pydantic import (\n    AfterValidator,\n    BeforeValidator,\n    Field,\n    FiniteFloat,\n    ValidationError,\n    model_validator,\n)",
        "BeforeValidator,")
    sub("ganlib/runs/metadata.py", "MetricNames = Annotated[tuple[Short, ...], Field(max_length=64)]",
        "MetricNames = Annotated[\n    tuple[Short, ...], BeforeValidator(aliases.metric_names), Field(max_length=64)\n]",
        "BeforeValidator(aliases.metric_names)")
    sub("ganlib/runs/metadata.py", '''    def saying(self, words: str) -> "RunMetadata":''',
        '''    @model_validator(mode="before")
    @classmethod
    def _take_old_names(cls, values: Any) -> Any:
        """Take what was written when something was called otherwise."""
        return aliases.metadata(values)

    def saying(self, words: str) -> "RunMetadata":''', "_take_old_names")
    sub("ganlib/runs/measurements.py", "import sqlite3\n", "import json\nimport sqlite3\n", "import json")
    sub("ganlib/runs/measurements.py", "from ganlib.events import Measured\n",
        "from ganlib.config import aliases\nfrom ganlib.events import Measured\n", "import aliases")
    sub("ganlib/runs/measurements.py", "from pydantic import TypeAdapter, ValidationError\n", "from pydantic import TypeAdapter\n")
    sub("ganlib/runs/measurements.py",
        "        return None if body is None else _MEASURED.validate_json(body)\n    except ValidationError:\n",
        "        return None if body is None else _MEASURED.validate_python(_read(body))\n    except ValueError:\n",
        "_read(body)")
    path = root / "ganlib/runs/measurements.py"
    text = path.read_text()
    if "def _read" not in text:
        path.write_text(text.rstrip("\n") + "\n\n\ndef _read(body: str) -> Any:\n    return aliases.measurement(json.loads(body))\n")
    sub("ganlib/runs/measurements.py", "from functools import lru_cache\n", "from functools import lru_cache\nfrom typing import Any\n", "import Any")
    sub("ganlib/runs/row.py", "from ganlib.config import RunConfig\n", "from ganlib.config import RunConfig, aliases\n", "aliases\n")
    sub("ganlib/runs/row.py", 'tuple(json.loads(values["metric_names"]))', 'aliases.metric_names(json.loads(values["metric_names"]))')
    sub("ganlib/runs/checkpoint.py", "from ganlib.config import Part, RunConfig", "from ganlib.config import Part, RunConfig, aliases")
    sub("ganlib/runs/checkpoint.py", "        state, texts = read_arrays(path, LARGEST)\n",
        "        arrays, texts = read_arrays(path, LARGEST)\n", "arrays, texts")
    sub("ganlib/runs/checkpoint.py", '        config = RunConfig.from_json(texts["config"])\n',
        '        config = RunConfig.from_json(texts["config"])\n        state = {aliases.state_name(name): value for name, value in arrays.items()}\n',
        "aliases.state_name")
    # The command line calls the data set --dataset; --name goes on working.
    sub("ganlib/cli/parser.py", "from ganlib.config import RunConfig\n", "from ganlib.config import RunConfig, aliases\n", "aliases\n")
    sub("ganlib/cli/parser.py",
        '''            group.add_argument(f"--{one.name.replace('_', '-')}", **_flag(one))
''',
        '''            group.add_argument(*_flags(one), **_flag(one))
''', "_flags(one)")
    sub("ganlib/cli/parser.py", '''def _flag(one: Setting) -> dict[str, Any]:''',
        '''def _flags(one: Setting) -> list[str]:
    """The flag of a setting, and where it is called otherwise the one that it had before."""
    names = [flag for flag, name in aliases.FLAGS.items() if name == one.name]
    return [f"--{name.replace('_', '-')}" for name in (*names, one.name)]


def _flag(one: Setting) -> dict[str, Any]:''', "def _flags")
    sub("ganlib/cli/parser.py",
        '''    parser.add_argument("--preset", choices=PRESETS, default=DEFAULT_PRESET, help="where to start")
''',
        '''    parser.add_argument(
        "--preset",
        type=lambda name: aliases.PRESETS.get(name, name),
        choices=PRESETS,
        default=DEFAULT_PRESET,
        help="where to start",
    )
''', "aliases.PRESETS")
    return problems
