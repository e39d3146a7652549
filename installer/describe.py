"""What a package says of itself: the bill of materials (CycloneDX 1.5, https://cyclonedx.org/docs/1.5/json/) and the WinGet manifests
(https://learn.microsoft.com/windows/package-manager/package/manifest).
   describe.py sbom VERSION FILE
   describe.py winget VERSION URL SETUP FOLDER      URL: where the set-up program can be fetched from"""
import datetime
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import uuid

HERE = pathlib.Path(__file__).resolve().parent
NAMESPACE = uuid.UUID("a3f1c1f0-6c58-4a1e-9d3d-6f0e2f0b6d11")
LICENCES = {"cjson": "MIT", "cmocka": "Apache-2.0", "freerdp3": "Apache-2.0", "libxml2": "MIT", "openssl": "Apache-2.0", "sqlite3": "blessing"}
NAMES = {"freerdp3": "FreeRDP", "sqlite3": "SQLite", "openssl": "OpenSSL", "cjson": "cJSON"}
# What comes with Debian's compiler for Windows, and is in the Windows programs.
LINKED = {"libz-mingw-w64-dev": ("zlib", "Zlib"), "mingw-w64-x86-64-dev": ("mingw-w64", "ZPL-2.1"),
          "gcc-mingw-w64-x86-64-win32": ("gcc-runtime", "GPL-3.0-or-later WITH GCC-exception-3.1")}
# What a computer with Debian provides, by its package and the library that is loaded: nothing of it is in the packages.
DEBIAN = ("libseccomp2", "libicu72", "zlib1g", "libxcb1", "libxml2")
TESTS = ("cmocka",)  # in no package


def when():
    return datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)


def sources():
    rows = [line.split() for line in (HERE / "sources.txt").read_text().splitlines() if line and not line.startswith("#")]
    return {(name, kind): (version, file, digest) for name, version, kind, file, digest, *_ in rows}


def component(name, version, file, digest, patches):
    upstream = version.split("+")[-1].removeprefix("really") if "really" in version else version.split("+")[0]
    found = {"type": "library", "bom-ref": name, "name": NAMES.get(name, name), "version": upstream, "scope": "required",
             "licenses": [{"license": {"id": LICENCES[name]}}], "hashes": [{"alg": "SHA-256", "content": digest}],
             "purl": f"pkg:deb/debian/{name}@{version.replace('+', '%2B')}?arch=source",
             "properties": [{"name": "nightshift:source", "value": file}]}
    if patches:
        found["pedigree"] = {"notes": f"with the security patches of {patches[1]} (SHA-256 {patches[2]})"}
    options = HERE / f"options/{name.rstrip('3') if name == 'freerdp3' else name}.txt"
    if options.exists():
        found["properties"] += [{"name": "nightshift:option", "value": line} for line in options.read_text().splitlines() if line and not line.startswith("#")]
    return found


def linked(package, name, licence):
    version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=True).stdout
    return {"type": "library", "bom-ref": name, "name": name, "version": version, "scope": "required", "licenses": [{"expression": licence}],
            "purl": f"pkg:deb/debian/{package}@{version.replace('+', '%2B')}", "description": "In the Windows programs."}


def sbom(version, target):
    known = sources()
    components = [component(name, *row, known.get((name, "debian"))) for (name, kind), row in known.items() if kind == "orig" and name not in TESTS]
    components += [linked(package, *words) for package, words in LINKED.items()]
    components += [{"type": "library", "bom-ref": f"debian:{name}", "name": name, "scope": "optional", "purl": f"pkg:deb/debian/{name}",
                    "description": "Loaded on Linux; the computer provides it."} for name in DEBIAN]
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, version)}", "version": 1,
        "metadata": {"timestamp": when().strftime("%Y-%m-%dT%H:%M:%SZ"),
                     "component": {"type": "application", "bom-ref": "nightshift", "name": "Nightshift", "version": version,
                                   "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": components,
        "dependencies": [{"ref": "nightshift", "dependsOn": [each["bom-ref"] for each in components]},
                         {"ref": "freerdp3", "dependsOn": ["openssl", "cjson", "zlib"]}],
    }
    pathlib.Path(target).write_text(json.dumps(document, indent=1) + "\n")


def winget(version, url, setup, folder):
    digest = hashlib.sha256(pathlib.Path(setup).read_bytes()).hexdigest().upper()
    head = f"PackageIdentifier: Nightshift.Nightshift\nPackageVersion: {version}\n"
    tail = "ManifestVersion: 1.6.0\n"
    address = f"{url.rstrip('/')}/{pathlib.Path(setup).name}"
    scopes = "".join(f"- Architecture: x64\n  Scope: {scope}\n  InstallerUrl: {address}\n  InstallerSha256: {digest}\n  InstallerSwitches:\n    Custom: {switch}\n"
                     for scope, switch in (("user", "/CurrentUser"), ("machine", "/AllUsers")))
    texts = {
        "Nightshift.Nightshift.yaml": head + "DefaultLocale: en-US\nManifestType: version\n" + tail,
        "Nightshift.Nightshift.installer.yaml": head + f"InstallerType: nullsoft\nInstallModes:\n- interactive\n- silent\nUpgradeBehavior: install\n"
                                                f"ReleaseDate: {when():%Y-%m-%d}\nInstallers:\n{scopes}ManifestType: installer\n" + tail,
        "Nightshift.Nightshift.locale.en-US.yaml": head + "PackageLocale: en-US\nPublisher: Nightshift\nPackageName: Nightshift\nLicense: Apache-2.0\n"
                                                   "ShortDescription: Unattended desktop automation on Windows machines, made dependable\n"
                                                   "ManifestType: defaultLocale\n" + tail,
    }
    for name, text in texts.items():
        (pathlib.Path(folder) / name).write_text(text)


{"sbom": sbom, "winget": winget}[sys.argv[1]](*sys.argv[2:])
