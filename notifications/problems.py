"""Where a refused value stands in what was asked: settings lie in `config`, events and secrets beside it."""

from cameras.extensions.problems import Problem, SettingsError


def placed(refused: SettingsError) -> list[Problem]:
    """Every problem with the path of a request: config.address, secrets.password, events."""
    return [problem if _beside(problem) else problem.below("config") for problem in refused.problems]


def _beside(problem: Problem) -> bool:
    return problem.path == "events" or problem.path.startswith("secrets.")
