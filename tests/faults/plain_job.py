"""The main job without Dagster's bookkeeping: the same steps in the same order, hundreds of times.

Everything around the job (lock, fingerprints, the record of the last run) is the product's own ``main_job``.
"""

from __future__ import annotations

import orchestration.run
from opora.candidates import Candidate
from opora.cli.job import main_job
from opora.disk_fault import disk_fault
from opora.errors import ExitCode, GateRefused, OporaError
from opora.home import Home
from opora.progress import Progress
from orchestration import steps
from orchestration.outcome import RunOutcome

STEPS = ("ingest", "plan", "build", "check_data", "finish_tables", "render", "audit", "publish")
"""Names in ``orchestration.steps``, in the order of a run."""


first_step = STEPS[0]
"""Where a run begins. A victim that is to die in a later step is given the bytes that an undisturbed run had at its
border, and what the steps before it left in memory is a candidate's name: nothing else passes from step to step."""


def run_plainly(home: Home, progress: Progress, note: str | None = None) -> RunOutcome:
    """Do what ``orchestration.run.run_main_job`` does, as plain calls."""
    outcome = RunOutcome()
    begun = STEPS[STEPS.index(first_step) :]
    try:
        if "ingest" in begun:
            outcome.ingest = steps.ingest(home, progress)
        candidate: Candidate = steps.plan(home, progress) if "plan" in begun else Candidate.latest(home)
        outcome.candidate_id = candidate.id
        if "build" in begun:
            steps.build(home, candidate, progress)
        if "check_data" in begun:
            outcome.findings = steps.check_data(home, candidate, progress)
            steps.refuse_on(outcome.findings)
        if "finish_tables" in begun:
            steps.finish_tables(home, candidate, progress)
        if "render" in begun:
            steps.render(home, candidate, progress)
        if "audit" in begun:
            outcome.evidence = steps.audit(home, candidate, progress)
        outcome.release = steps.publish(home, candidate.id, note, progress)
    except GateRefused as refusal:
        outcome.refusal = str(refusal)
    except Exception as error:
        outcome.error = error
    return outcome


def plain_run(home: Home) -> ExitCode:
    """Run the main job of a home without Dagster and return its exit code, as the command line would."""
    orchestration.run.run_main_job = run_plainly
    return dagster_run(home)


def dagster_run(home: Home) -> ExitCode:
    """Run the main job as ``opora run`` does: errors that the command line tells become its exit code."""
    try:
        return main_job(home, None)
    except OporaError as error:
        print(error, flush=True)
        return error.exit_code
    except OSError as error:
        fault = disk_fault(error)
        if fault is None:
            raise
        print(fault, flush=True)
        return fault.exit_code
