"""Takes bundles for Open Policy Agent (the files named) as OPA's documentation says, with nothing of the desk's code: the signature by
PyJWT, the hashes by the rules of OPA, the policy by regopy.

Standard input: {"jwks": …, "inputs": […]}. Prints for each bundle {"revision", "claims", "answers"}, or {"fault"} when it is refused.
"""

import hashlib
import json
import sys
import tarfile

import jwt
from regopy import Interpreter


class Refused(Exception):
    """Why a bundle is not taken."""


def structured(value):
    """What OPA hashes of a JSON file: keys in ascending order, nothing between the tokens."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}:{structured(value[key])}" for key in sorted(value))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(structured(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def digest(name, content):
    if name.rsplit("/", 1)[-1] in ("data.json", ".manifest"):
        content = structured(json.loads(content)).encode()
    return hashlib.sha256(content).hexdigest()


def claims_of(files, keys):
    if ".signatures.json" not in files:
        raise Refused("no signature")
    signatures = json.loads(files.pop(".signatures.json"))["signatures"]
    if len(signatures) != 1:
        raise Refused("not one signature")
    kid = jwt.get_unverified_header(signatures[0])["kid"]
    if kid not in keys:
        raise Refused("unknown key")
    try:
        return jwt.decode(signatures[0], keys[kid], algorithms=["ES256"], options={"verify_iat": False})
    except jwt.InvalidSignatureError as error:
        raise Refused("bad signature") from error


def check(files, claims):
    signed = {file["name"]: file for file in claims["files"]}
    for name, content in files.items():
        if name not in signed:
            raise Refused(f"{name}: not signed")
        file = signed.pop(name)
        if file["algorithm"] != "SHA-256" or file["hash"] != digest(name, content):
            raise Refused(f"{name}: another digest")
    if signed:
        raise Refused(f"{sorted(signed)}: not there")


def placed(name, content):
    """The data that a file `a/b/data.json` stands for."""
    value = json.loads(content)
    for part in reversed(name.split("/")[:-1]):
        value = {part: value}
    return value


def answers(files, inputs):
    rego = Interpreter()
    for name, content in files.items():
        if name.endswith(".rego"):
            rego.add_module(name, content.decode())
        elif name.endswith("data.json"):
            rego.add_data(placed(name, content))
    entry = "exception_desk/enforcement/decision_at"
    built = rego.build(None, [entry])
    for question in inputs:
        rego.set_input(question)
        yield rego.query_bundle_entrypoint(built, entry).results[0].expressions[0]


def taken(path, keys, inputs):
    with tarfile.open(path, "r:gz") as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive}
    claims = claims_of(files, keys)
    check(files, claims)
    manifest = json.loads(files[".manifest"])
    for name in files:
        if name != ".manifest" and not any(name.startswith(root + "/") for root in manifest["roots"]):
            raise Refused(f"{name}: outside the roots")
    return {"revision": manifest["revision"], "claims": claims, "answers": list(answers(files, inputs))}


def main():
    asked, said = json.load(sys.stdin), []
    keys = {key["kid"]: jwt.PyJWK(key).key for key in asked["jwks"]["keys"]}
    for path in sys.argv[1:]:
        try:
            said.append(taken(path, keys, asked["inputs"]))
        except Refused as refused:
            said.append({"fault": str(refused)})
    print(json.dumps(said))


main()
