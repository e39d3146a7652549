"""The Visual Studio solution that premake5.lua describes, as the lints look at it: what premake makes of it where there is one on PATH,
else what tests/lint/solution.lua writes down. Both give the same, in the words of a project file.

read() gives, for each project and configuration, a dictionary: sets of words under `files` and the names of LISTS, a word under each property."""
import glob
import os
import pathlib
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree

TOP = pathlib.Path(__file__).resolve().parents[2]
CONFIGURATIONS = ("release", "debug")
# premake's word, and the project file's.
LISTS = {"defines": "PreprocessorDefinitions", "includedirs": "AdditionalIncludeDirectories", "externalincludedirs": "ExternalIncludePath",
         "links": "AdditionalDependencies", "disablewarnings": "DisableSpecificWarnings", "options": "AdditionalOptions"}
# premake's word and value, and the project file's property and value.
PROPERTIES = {("architecture", "x86_64"): ("Platform", "x64"), ("architecture", "x86"): ("Platform", "Win32"),
              ("warnings", "Extra"): ("WarningLevel", "Level4"), ("fatalwarnings", "All"): ("TreatWarningAsError", "true"),
              ("cdialect", "C17"): ("LanguageStandard_C", "stdc17"), ("kind", "ConsoleApp"): ("SubSystem", "Console"),
              ("kind", "WindowedApp"): ("SubSystem", "Windows"), ("kind", "StaticLib"): ("ConfigurationType", "StaticLibrary"),
              ("manifest", "Off"): ("GenerateManifest", "false"), ("externalanglebrackets", "On"): ("TreatAngleIncludeAsExternal", "true"),
              ("externalwarnings", "Off"): ("ExternalWarningLevel", "TurnOffAllWarnings"), ("editandcontinue", "Off"): ("DebugInformationFormat", "ProgramDatabase"),
              ("vsprops", "VcpkgEnableManifest=true"): ("VcpkgEnableManifest", "true"),
              ("vsprops", "VcpkgConfiguration=Release"): ("VcpkgConfiguration", "Release"),
              ("vsprops", "VcpkgConfiguration=Debug"): ("VcpkgConfiguration", "Debug"),
              ("vsprops", "VcpkgTriplet=x64-windows-static"): ("VcpkgTriplet", "x64-windows-static")}


def read(script=TOP / "premake5.lua"):
    return _by_premake(script) if shutil.which("premake5") else _by_recorder(script)


def _by_recorder(script):
    said = subprocess.run(["lua5.4", TOP / "tests/lint/solution.lua", script], cwd=TOP, capture_output=True, text=True, check=True).stdout
    lines = [line.split("\t") for line in said.splitlines()]
    projects = {}
    for project in dict.fromkeys(scope for scope, *_ in lines if scope != "workspace"):
        for configuration in CONFIGURATIONS:
            found = {"Platform": "Win32", **{name: set() for name in ("files", *LISTS)}}
            for scope, condition, word, value in lines:
                if scope in ("workspace", project) and condition in ("", "configurations:" + configuration):
                    _take(found, configuration, word, value)
            projects[project, configuration] = found
    return projects


def _take(found, configuration, word, value):
    if word == "files":
        found["files"] |= _files(value)
    elif word == "removefiles":
        found["files"] -= _files(value)
    elif word in ("buildoptions", "linkoptions"):
        found["options"].add(value)
    elif (word, value) == ("staticruntime", "On"):
        found["RuntimeLibrary"] = "MultiThreaded" + ("Debug" if configuration == "debug" else "")
    elif word == "entrypoint":
        found["EntryPointSymbol"] = value
    elif word in LISTS and (word, value) != ("links", "core"):
        found[word].add(value)
    elif (word, value) in PROPERTIES:
        name, value = PROPERTIES[word, value]
        found[name] = value


def _files(pattern):
    return set(glob.glob(pattern, root_dir=TOP)) if "*" in pattern else {pattern}


def _by_premake(script):
    with tempfile.TemporaryDirectory() as folder:
        for name in ("app", "core", "tests", "resources"):
            os.symlink(TOP / name, pathlib.Path(folder) / name)
        shutil.copy(script, pathlib.Path(folder) / "premake5.lua")
        subprocess.run(["premake5", "--os=windows", "vs2022"], cwd=folder, capture_output=True, check=True)
        return {(path.stem, configuration): _of_project(path, configuration)
                for path in sorted((pathlib.Path(folder) / "build/make/windows").glob("*.vcxproj")) for configuration in CONFIGURATIONS}


def _of_project(path, configuration):
    root = xml.etree.ElementTree.parse(path).getroot()
    for element in root.iter():
        element.tag = element.tag.partition("}")[2]
    found = {"Platform": "/".join({element.findtext("Platform") for element in root.iter("ProjectConfiguration")}), **{name: set() for name in ("files", *LISTS)}}
    for kind in ("ClCompile", "ClInclude", "ResourceCompile"):
        found["files"] |= {_below_top(element.get("Include")) for element in root.iter(kind) if element.get("Include")}
    wanted = {name for name, _ in PROPERTIES.values()} | {"RuntimeLibrary", "EntryPointSymbol"}
    for group in root:
        if f"=='{configuration}|" in group.get("Condition", f"=='{configuration}|"):
            for element in group.iter():
                if element.tag in wanted and element.tag != "Platform" and (element.tag, element.text) != ("ConfigurationType", "Application"):
                    found[element.tag] = element.text
                for name, tag in LISTS.items():
                    if element.tag == tag:
                        found[name] |= {word for word in element.text.replace(" ", ";").split(";") if not word.startswith(("%", "$"))}
    if found.get("ConfigurationType"):
        found.pop("SubSystem", None)
    found["links"] = {name.removesuffix(".lib") for name in found["links"]}
    for name in ("includedirs", "externalincludedirs"):
        found[name] = {_below_top(folder) for folder in found[name]}
    return found


# A project file stands in build/make/windows.
def _below_top(name):
    return os.path.normpath(os.path.join("build/make/windows", name.replace("\\", "/")))
