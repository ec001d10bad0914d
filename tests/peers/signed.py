"""Verifies compact JWS (a JSON list on standard input of {"jws", "typ", "jwks"}) with three libraries: PyJWT, jwcrypto, python-jose.

Prints the payloads; they are the same in all three. A JWS that one of them refuses is printed as {"refused": [its libraries]}.
"""

import json
import sys

import jwt
from jose import jws as jose
from jwcrypto import jwk, jws


def by_pyjwt(token, key):
    return jwt.PyJWS().decode(token, jwt.PyJWK(key).key, algorithms=["ES256"])


def by_jwcrypto(token, key):
    signed = jws.JWS()
    signed.allowed_algs = ["ES256"]
    signed.deserialize(token, jwk.JWK(**key))
    return signed.payload


def by_jose(token, key):
    return jose.verify(token, key, algorithms=["ES256"])


LIBRARIES = {"pyjwt": by_pyjwt, "jwcrypto": by_jwcrypto, "python-jose": by_jose}


def verified(token, typ, keys):
    header = jwt.get_unverified_header(token)
    assert (header["typ"], header["alg"]) == (typ, "ES256"), header
    key = next(key for key in keys["keys"] if key["kid"] == header["kid"])
    payloads, refused = [], []
    for name, library in LIBRARIES.items():
        try:
            payloads.append(json.loads(library(token, key)))
        except (jwt.InvalidTokenError, jws.InvalidJWSSignature, jose.JWSError):
            refused.append(name)
    if refused:
        return {"refused": refused}
    assert all(payload == payloads[0] for payload in payloads)
    return payloads[0]


print(json.dumps([verified(asked["jws"], asked["typ"], asked["jwks"]) for asked in json.load(sys.stdin)]))
