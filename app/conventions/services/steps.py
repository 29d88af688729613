"""The one way a version changes its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.audit import interface as audit
from app.conventions.models import ConventionVersion, VersionStep
from app.conventions.states import versions
from app.core.db import db

if TYPE_CHECKING:
    from app.core.access import Actor


def step(actor: Actor, version: ConventionVersion, event: str, *, text: str = "") -> None:
    """Apply the event, keep it as a step of the version and in the trail. Refused if the version's
    state does not allow it."""
    version.state = versions.after(version.state, event)
    version.version += 1
    db.session.add(
        VersionStep(
            version_id=version.id,
            state=version.state,
            text=text,
            by_id=actor.id,
            by_name=actor.name,
        )
    )
    db.session.flush()
    audit.record(
        actor,
        f"convention.{event}",
        kind="convention_version",
        id=version.id,
        path=version.convention.place.path,
        text=text[:200],
    )
