"""Asks the policy for Open Policy Agent by regopy (rego-cpp), an implementation of Rego of other people.

Standard input: {"modules": {path: text}, "groups": [{"data": {…}, "inputs": […], "expected": […]}]}, where what is expected is a decision
or {"error": [{"pointer", "code"}]}. Prints each question that was answered otherwise, and how many there were.
"""

import json
import sys

from regopy import Interpreter

DECISION = "exception_desk/enforcement/decision_at"
ERRORS = "exception_desk/enforcement/errors_at"


def answer(rego, built, question):
    rego.set_input(question)
    results = rego.query_bundle_entrypoint(built, DECISION).results
    if results and results[0].expressions:
        return results[0].expressions[0]
    errors = rego.query_bundle_entrypoint(built, ERRORS).results[0].expressions[0]
    return {"error": sorted(errors, key=lambda error: (error["pointer"], error["code"]))}


def main():
    asked, count, wrong = json.load(sys.stdin), 0, 0
    for group in asked["groups"]:
        rego = Interpreter()
        for path, text in asked["modules"].items():
            rego.add_module(path, text)
        rego.add_data(group["data"])
        built = rego.build(None, [DECISION, ERRORS])
        for question, expected in zip(group["inputs"], group["expected"]):
            given, count = answer(rego, built, question), count + 1
            if given != expected:
                wrong += 1
                print(json.dumps({"input": question, "expected": expected, "given": given}))
    print(f"{count} questions, {wrong} answered otherwise")


main()
