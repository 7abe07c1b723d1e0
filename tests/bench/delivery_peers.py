"""The mailers people use, one at a time: personal messages to an SMTP server, timed from inside.

    PYTHON delivery_peers.py NAME PORT COUNT SIZE

Stands alone, so that any interpreter that has the peer installed can run it. Prints wall and CPU
seconds; ends with code 3 where the peer is not installed.
"""

from __future__ import annotations

import asyncio
import resource
import smtplib
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

CONNECTIONS = 16
LINE = "a personal sentence of a policy notice, as long as this one is"
NODEMAILER = """
const nodemailer = require("nodemailer");
const [port, count, size, connections] = process.argv.slice(1).map(Number);
const transport = nodemailer.createTransport({
  host: "127.0.0.1", port, secure: false, ignoreTLS: true,
  pool: true, maxConnections: connections, maxMessages: Infinity,
});
const line = "a personal sentence of a policy notice, as long as this one is\\r\\n";
const text = line.repeat(Math.floor(size / line.length));
let next = 0, done = 0;
const more = () => {
  while (transport.isIdle() && next < count) {
    const n = next++;
    transport.sendMail({
      from: "legal@acme.example", to: `person${n}@example.org`, subject: "Our policy changes",
      text: `Hello Person ${n}\\r\\n${text}`,
    }).then(() => { if (++done === count) transport.close(); });
  }
};
transport.on("idle", more);
more();
"""


def filler(size: int) -> str:
    return "\n".join([LINE] * (size // (len(LINE) + 2)))


def smtplib_jinja2(port: int, count: int, size: int) -> None:
    """What is written first: a template, the standard library, one connection."""
    from jinja2 import Template

    template = Template("Hello {{ name }},\n{{ filler }}\n")
    with smtplib.SMTP("127.0.0.1", port) as server:
        for n in range(count):
            message = EmailMessage()
            message["From"] = "legal@acme.example"
            message["To"] = f"person{n}@example.org"
            message["Subject"] = "Our policy changes"
            message.set_content(template.render(name=f"Person {n}", filler=filler(size)))
            server.send_message(message)


def aiosmtplib_prebuilt(port: int, count: int, size: int) -> None:
    """Sixteen connections, and messages that are bytes already."""
    import aiosmtplib

    numbers = iter(range(count))
    body = filler(size).replace("\n", "\r\n").encode()

    async def worker() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as server:
            for n in numbers:
                content = b"Subject: changes\r\n\r\nHello Person %d\r\n%b\r\n" % (n, body)
                await server.sendmail("b@acme.example", [f"person{n}@example.org"], content)

    async def everybody() -> None:
        await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))

    asyncio.run(everybody())


def django_post_office(port: int, count: int, size: int) -> None:
    """The queue in a database that Django sites use: queued, then sent in bulk."""
    import django
    from django.conf import settings

    with tempfile.TemporaryDirectory() as folder:
        settings.configure(
            INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
            DATABASES={
                "default": {
                    "ENGINE": "django.db.backends.sqlite3",
                    "NAME": str(Path(folder) / "queue.db"),
                    "OPTIONS": {"timeout": 30},
                }
            },
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            EMAIL_BACKEND="post_office.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port,
            POST_OFFICE={"BATCH_SIZE": 1000, "THREADS_PER_PROCESS": 5, "MAX_RETRIES": 0},
            TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
            USE_TZ=True,
            SECRET_KEY="bench",
        )
        django.setup()
        from django.core.management import call_command
        from post_office import mail

        call_command("migrate", verbosity=0)
        timed(lambda: _through_post_office(mail, count, size))


def _through_post_office(mail, count: int, size: int) -> None:
    text = filler(size)
    for start in range(0, count, 1000):
        mail.send_many(
            [
                {
                    "recipients": [f"person{n}@example.org"],
                    "sender": "legal@acme.example",
                    "subject": "Our policy changes",
                    "message": f"Hello Person {n},\n{text}",
                }
                for n in range(start, min(start + 1000, count))
            ]
        )
    mail.send_queued_mail_until_done(processes=1)


def nodemailer_pool(port: int, count: int, size: int) -> None:
    """Run in a folder where nodemailer is installed."""
    given = map(str, (port, count, size, CONNECTIONS))
    script = ["node", "-e", NODEMAILER, *given]
    if subprocess.run(script, check=False, stderr=subprocess.DEVNULL).returncode:
        raise ImportError("nodemailer")


def timed(run) -> None:
    before, began = _cpu(), time.perf_counter()
    run()
    print(time.perf_counter() - began, _cpu() - before)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


PEERS = {
    "smtplib": smtplib_jinja2,
    "aiosmtplib": aiosmtplib_prebuilt,
    "post_office": django_post_office,
    "nodemailer": nodemailer_pool,
}


def main() -> int:
    name, *given = sys.argv[1:]
    port, count, size = map(int, given)
    try:
        if name == "post_office":
            django_post_office(port, count, size)
        else:
            timed(lambda: PEERS[name](port, count, size))
    except ImportError:
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
