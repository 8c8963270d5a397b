"""Kubernetes: the manifest of the guide is one, by the schema of the Kubernetes API.

python kubernetes.py GUIDE
"""

import re
import sys
from pathlib import Path

import kubernetes_validate
import yaml

text = Path(sys.argv[1]).read_text(encoding="utf-8")
manifests = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
assert manifests, "the guide has none"
for manifest in manifests:
    version = kubernetes_validate.latest_version()
    kubernetes_validate.validate(manifest, version, strict=True)
    print(f"Kubernetes {version}: a valid {manifest['kind']}")
