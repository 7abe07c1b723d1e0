"""notifier keeps the sentence in which a policy promises how its changes are announced.

The map of the house. Data flows one way, and imports only point down this list::

    cli                  the verbs from a terminal
    daemon | web         apscheduler ticks the verbs | notices as JSON, health
    app                  Config -> Pipeline: the only wiring, the only clock
    pipeline             the verbs: check, plan, preview, approve, send, hold, status, evidence
    sources | audience | rendering | channels | ledger | config
                         the outside world: texts, people, messages, transports, the record
    reading | redline | planning | delivery
                         the decisions: values in, values out; no I/O and no clock
    model                the nouns
    errors               everything that can go wrong, and what to do next
"""

__version__ = "0.1.0"
