"""Checks an OpenAPI document: valid by its standard, an example of every JSON body, each example of its shape."""

import json
import sys

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

METHODS = {"get", "put", "post", "delete", "patch"}

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
validate(document)

registry = Registry().with_resource("urn:desk", Resource.from_contents(document, default_specification=DRAFT202012))
faults = []


def absolute(value):
    """The same schema with its references into the document."""
    if isinstance(value, dict):
        return {
            key: "urn:desk" + inner if key == "$ref" and isinstance(inner, str) else absolute(inner)
            for key, inner in value.items()
        }
    return [absolute(inner) for inner in value] if isinstance(value, list) else value


def check(where, content):
    """The example of a body is there and has its shape."""
    if "example" not in content and "examples" not in content.get("schema", {}):
        faults.append(f"{where}: no example")
        return
    example = content.get("example", (content["schema"].get("examples") or [None])[0])
    validator = Draft202012Validator(absolute(content["schema"]), registry=registry)
    faults.extend(f"{where}: {error.json_path} {error.message}" for error in validator.iter_errors(example))


operations = 0
for path, item in document["paths"].items():
    for method, operation in item.items():
        if method not in METHODS:
            continue
        operations += 1
        where = f"{method.upper()} {path}"
        if not operation.get("summary") and not operation.get("description"):
            faults.append(f"{where}: no words")
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            check(f"{where} {media}", content)
        for status, response in operation["responses"].items():
            for media, content in response.get("content", {}).items():
                if media.endswith("json"):
                    check(f"{where} {status} {media}", content)
if operations < 20:
    faults.append(f"only {operations} operations")
print("\n".join(faults))
sys.exit(bool(faults))
