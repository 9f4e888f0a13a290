import pkgutil
from importlib import import_module

import pytest

import ganlib

PACKAGES = (
    "ganlib",
    "ganlib.algorithms",
    "ganlib.analysis",
    "ganlib.data",
    "ganlib.execution",
    "ganlib.export",
    "ganlib.store",
)


@pytest.mark.parametrize("name", PACKAGES)
def test_everything_that_a_package_offers_is_there(name):
    package = import_module(name)
    assert all(hasattr(package, one) for one in package.__all__)
    assert set(package.__all__) <= set(dir(package))


@pytest.mark.parametrize("name", PACKAGES)
def test_no_module_of_a_package_bears_a_name_that_it_offers(name):
    """Importing such a module would put it in the place of what is offered."""
    package = import_module(name)
    modules = {one.name for one in pkgutil.iter_modules(package.__path__)}
    assert modules.isdisjoint(package.__all__)


def test_what_is_not_offered_is_told_like_anywhere():
    with pytest.raises(AttributeError, match="module 'ganlib' has no attribute 'nothing'"):
        ganlib.nothing  # noqa: B018
    with pytest.raises(ImportError, match="nothing"):
        from ganlib import nothing  # noqa: F401
