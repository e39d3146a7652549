"""Puts out what it was given, as JSON that survives any encoding: its arguments, and the inputs in its environment."""
import json
import os
import sys

print(json.dumps({"arguments": sys.argv[1:], "inputs": {k[17:]: v for k, v in os.environ.items() if k.startswith("NIGHTSHIFT_INPUT_")}}))
