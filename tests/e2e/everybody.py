"""Whether everybody can use what a browser shows, as far as a program can tell (UI 1)."""

from tests.e2e.conftest import Person
from tests.e2e.stack import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = """
() => axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].any[0]?.message ?? ""}`))
"""


def findings(person: Person) -> list[str]:
    """What axe-core calls serious or critical; the driver runs it: the policy of the page lets no other script in."""
    if not person.page.evaluate("'axe' in window"):
        person.page.evaluate(AXE.read_text())
    return list(person.page.evaluate(FINDINGS))
