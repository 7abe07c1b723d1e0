"""apscheduler ticks the verbs.

It is a clock and nothing more: what is due is a question to the ledger, so that a missed or late
tick loses nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Self

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from notifier.errors import NotifierError
from notifier.model.reading import Severity
from notifier.pipeline.check import check
from notifier.pipeline.feedback import record_feedback
from notifier.pipeline.pipeline import Pipeline, silent
from notifier.pipeline.sending import send_due
from notifier.pipeline.trouble import trouble, unconfigured
from notifier.planning.words import instant_words

_LOOK_SECONDS = 10.0
_LEEWAY = timedelta(seconds=30)
"""What a clock that is being disciplined, or a busy machine, makes of an interval."""
_MISSED = 3

_log = structlog.get_logger("notifier.daemon")


class Daemon:
    """Checks the sources, sends what is due, records what came back, each in its own rhythm.

    Two daemons on one ledger do no harm: what one has claimed, the other does not see.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        """Nothing runs before it is entered as a context."""
        self._pipeline = pipeline
        self._stop = threading.Event()
        self._beats: dict[str, datetime] = {}
        self._trouble: dict[str, str] = {}
        self._unsettled: dict[str, str] = {}
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        rhythm = pipeline.config.daemon
        ticks = [
            ("check", self._check, rhythm.check_every),
            ("send", self._send, rhythm.send_every),
            ("feedback", self._feedback, rhythm.feedback_every),
            ("watch", self._watch, rhythm.send_every),
        ]
        self._every = {name: every for name, _, every in ticks}
        self._ticked = dict.fromkeys(self._every, pipeline.clock())
        self._under_way: set[str] = set()
        self._timekeeper = threading.Thread(target=self._keep_time, daemon=True)
        for name, verb, every in ticks:
            self._scheduler.add_job(
                partial(self._tick, name, verb),
                IntervalTrigger(seconds=int(every.total_seconds())),
                next_run_time=pipeline.clock(),
                id=name,
            )
        self._scheduler.add_listener(self._on_tick, EVENT_JOB_ERROR | EVENT_JOB_EXECUTED)

    def __enter__(self) -> Self:
        """Start ticking."""
        self._scheduler.start()
        self._timekeeper.start()
        _log.info("daemon started", policies=[p.key for p in self._pipeline.config.policy])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Begin nothing more, finish what is under way, stop."""
        self._stop.set()
        self._timekeeper.join()
        self._scheduler.shutdown(wait=True)
        _log.info("daemon stopped")

    def health(self) -> dict[str, Any]:
        """When each verb last ended well, and what troubles it now."""
        return {
            "beats": {verb: at.isoformat() for verb, at in self._beats.items()},
            "trouble": {**self._trouble, **self._unsettled, **dict(self._silent())},
        }

    def _tick(self, name: str, verb: Callable[[], None]) -> None:
        self._under_way.add(name)
        try:
            verb()
        finally:
            self._ticked[name] = self._pipeline.clock()
            self._under_way.discard(name)

    def _keep_time(self) -> None:
        """After the clock was set back, tick at once: else everything waits until it is that late.

        The scheduler goes by the wall clock, and nothing else puts a tick further ahead than its
        interval.
        """
        while not self._stop.wait(_LOOK_SECONDS):
            now = self._pipeline.clock()
            for job in self._scheduler.get_jobs():
                if job.next_run_time - now > self._every[job.id] + _LEEWAY:
                    _log.warning("the clock was set back", tick=job.id)
                    job.modify(next_run_time=now)

    def _silent(self) -> Iterator[tuple[str, str]]:
        """Ticks that have not come for several of their intervals, by whatever clock."""
        now = self._pipeline.clock()
        for name, every in self._every.items():
            last = self._ticked[name]
            if name not in self._under_way and abs(now - last) > _MISSED * every + _LEEWAY:
                yield f"{name} tick", f"came last at {instant_words(last)}"

    def _check(self) -> None:
        for policy in self._pipeline.config.policy:
            name = f"check {policy.key}"
            try:
                report = check(self._pipeline, policy)
            except NotifierError as error:
                self._troubled(name, error)
                continue
            except Exception as defect:  # noqa: BLE001 - the policies after this one are looked at
                self._defective(name, defect)
                continue
            for finding in report.findings:
                if finding.severity is not Severity.NOTE:
                    _log.warning("finding", policy=policy.key, code=finding.code)
            if report.new_versions:
                _log.info("new version", policy=policy.key, versions=report.new_versions)
            self._well(name)

    def _send(self) -> None:
        try:
            report = send_due(self._pipeline, stop=self._stop, progress=silent)
        except NotifierError as error:
            self._troubled("send", error)
            return
        if report.states:
            moved = {state.value: count for state, count in report.states.items()}
            _log.info("deliveries moved", **moved)
        for alarm in report.alarms:
            _log.error("alarm", message=alarm)
        self._well("send")

    def _feedback(self) -> None:
        for inbox in self._pipeline.inboxes:
            name = f"feedback: {inbox.describe()}"
            try:
                report = record_feedback(self._pipeline, inbox, stop=self._stop)
            except NotifierError as error:
                self._troubled(name, error)
                continue
            if report.events:
                _log.info("feedback", **{kind.value: n for kind, n in report.events.items()})
            if report.strangers:
                _log.warning("feedback about no hand-over of ours, dropped", n=report.strangers)
            for problem, n in report.unreadable.items():
                _log.warning("unreadable feedback, left where it is", problem=problem, n=n)
            self._well(name)

    def _watch(self) -> None:
        """What the ledger says is wrong stands in health until it is settled."""
        found: dict[str, str] = {}
        try:
            for gone in unconfigured(self._pipeline):
                found[gone.code] = f"{found.get(gone.code, '')} {gone.message}".strip()
            for policy in self._pipeline.config.policy:
                for wrong in trouble(self._pipeline, policy):
                    name = f"{policy.key}: {wrong.code}"
                    found[name] = f"{found.get(name, '')} {wrong.message}".strip()
        except NotifierError as error:
            self._troubled("watch", error)
            return
        for name in sorted(found.keys() - self._unsettled.keys()):
            _log.error("trouble", what=name, message=found[name])
        self._unsettled = found
        self._well("watch")

    def _well(self, verb: str) -> None:
        self._beats[verb] = self._pipeline.clock()
        self._trouble.pop(verb, None)

    def _troubled(self, verb: str, error: NotifierError) -> None:
        self._trouble[verb] = error.message
        _log.error("verb failed", verb=verb, message=error.message, remedy=error.remedy)

    def _on_tick(self, event: JobExecutionEvent) -> None:
        """A tick ended; a programming error troubles it until one of its kind ends without."""
        tick = f"{event.job_id} tick"
        if event.exception is None:
            self._trouble.pop(tick, None)
            return
        self._defective(tick, event.exception)

    def _defective(self, what: str, defect: BaseException) -> None:
        name = type(defect).__name__
        self._trouble[what] = f"a defect of notifier ({name}); report it with the log"
        _log.error("tick failed", tick=what, error=name)
