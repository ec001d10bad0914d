"""A mail server (aiosmtpd) that misbehaves as it is told to, by recipient.

The first argument is JSON: `port` (0 for any), `plans` ({local part: [action for each attempt]}; the last one repeats), `tls`
(`none`, `starttls`, `tls`), `folder` and `certificate_for` (TLS), `login` ([name, password]). A line of JSON tells each thing
that happens. Ends when its standard input does.
"""

import asyncio
import base64
import json
import pathlib
import sys

from aiosmtpd.smtp import SMTP, AuthResult
from certificate import certificate

TOLD = json.loads(sys.argv[1])
ATTEMPTS = {}


def tell(**event):
    print(json.dumps(event), flush=True)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        plan = TOLD.get("plans", {}).get(name, ["ok"])
        number = ATTEMPTS[name] = ATTEMPTS.get(name, 0) + 1
        action = plan[min(number, len(plan)) - 1]
        message = base64.b64encode(envelope.original_content).decode()
        tell(event="mail", to=envelope.rcpt_tos, sender=envelope.mail_from, action=action, message=message,
             tls=session.ssl is not None, login=session.authenticated)
        if action == "hang":
            await asyncio.sleep(3600)
        if action == "slow":
            await asyncio.sleep(1)
        if action == "drop":
            server.transport.abort()
            await asyncio.sleep(3600)
        return "250 taken" if action in ("ok", "slow") else action + " as told"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            tell(event="refused", to=address)
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 ok"


def authenticate(server, session, envelope, mechanism, data):
    known = [data.login.decode(), data.password.decode()] == TOLD["login"]
    tell(event="login", known=known)
    return AuthResult(success=known, handled=known)


async def main():
    tls = TOLD.get("tls", "none")
    context = certificate(pathlib.Path(TOLD["folder"]), TOLD["certificate_for"]) if tls != "none" else None
    login = {"authenticator": authenticate, "auth_required": True} if "login" in TOLD else {}
    # What is TLS from the first byte counts as such.
    login |= {"auth_require_tls": tls == "starttls"} if login else {}

    def session():
        return SMTP(Handler(), hostname="mail.test", require_starttls=tls == "starttls",
                    tls_context=context if tls == "starttls" else None, **login)

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(session, "127.0.0.1", TOLD.get("port", 0), ssl=context if tls == "tls" else None)
    tell(event="listening", port=listening.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
