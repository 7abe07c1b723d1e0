"""What comes back after a hand-over: SES's events from a queue, bounce mails, complaints."""

from notifier.channels.feedback.inbox import Feedback, Inbox, Taken, Unreadable
from notifier.channels.feedback.mail import MOST_OCTETS, MailReader
from notifier.channels.feedback.maildir import Maildir

__all__ = ["MOST_OCTETS", "Feedback", "Inbox", "MailReader", "Maildir", "Taken", "Unreadable"]
