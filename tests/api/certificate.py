"""Certificates of an authority that only a test knows."""

import datetime
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def certificate(folder, name):
    """A server's TLS context with a certificate for `name`, of an authority of its own, whose certificate is put into `folder`."""
    def make(subject, issuer, key, signer, extension):
        now = datetime.datetime.now(datetime.timezone.utc)
        named = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, one)]) for one in (subject, issuer)]
        builder = x509.CertificateBuilder(named[1], named[0], key.public_key(), x509.random_serial_number(),
                                          now - datetime.timedelta(days=1), now + datetime.timedelta(days=2))
        return builder.add_extension(*extension).sign(signer, hashes.SHA256())

    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    authority = make("authority", "authority", keys[0], keys[0], (x509.BasicConstraints(ca=True, path_length=None), True))
    own = make(name, "authority", keys[1], keys[0], (x509.SubjectAlternativeName([x509.DNSName(name)]), False))
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(authority.public_bytes(pem))
    secret = keys[1].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(own.public_bytes(pem) + secret)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    return context
