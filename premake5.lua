-- Every build target of Nightshift.
--   Windows:  premake5 vs2022            (premake 5.0.0-beta8 or newer, Visual Studio 17.8 or newer; libraries from vcpkg.json, static)
--   Debian:   ./dev build                (premake4 through installer/premake4.lua; linux natively, windows by mingw-w64)
local windows = os.target() == "windows"
local gcc = _ACTION ~= nil and _ACTION:sub(1, 2) == "gm"
local platform = windows and "windows" or "linux"
local vcpkg = "build/vcpkg/x64-windows-static/include" -- where a Visual Studio build finds the libraries' headers
local version = "0.1.0"
local configured = gcc and { "release", "debug", "asan", "tsan", "fuzz", "coverage", "torture" } or { "release", "debug" }

-- Writes a file that the build makes, and leaves it alone where it says that already.
local function generate(name, text)
  local target = "build/generated/" .. name
  local before = io.open(target, "rb")
  local same = before and before:read("*a") == text
  if before then before:close() end
  if same then return end
  os.mkdir("build/generated")
  local out = assert(io.open(target, "wb"))
  out:write(text)
  out:close()
end

-- A file as the bytes of an array.
local function generate_bytes(name, file)
  local source = assert(io.open(file, "rb"))
  local bytes = source:read("*a")
  source:close()
  local lines = { "static const unsigned char " .. name .. "[] = {" }
  for at = 1, #bytes, 32 do
    lines[#lines + 1] = table.concat({ bytes:byte(at, math.min(at + 31, #bytes)) }, ",") .. ","
  end
  generate(name .. "_generated.h", table.concat(lines, "\n") .. "};\n")
end

-- The version, with the commit where there is one.
local function generate_version()
  local function ask(words)
    local git = io.popen("git " .. words .. (package.config:sub(1, 1) == "\\" and " 2>nul" or " 2>/dev/null"))
    local said = git and git:read("*l") or nil
    if git then git:close() end
    return said
  end
  local commit = ask("rev-parse --short=12 HEAD") -- the same in every clone, whatever tags it has
  if commit and ask("status --porcelain --untracked-files=no") then commit = commit .. "-dirty" end
  generate("version_generated.h", '#define NS_VERSION "' .. version .. "+" .. (commit or "unknown") .. '"\n#define NS_VERSION_NUMBERS ' ..
           version:gsub("%.", ",") .. ",0\n")
end

if _ACTION then
  generate_bytes("german_catalogue", "resources/german.json") -- what core says in German, for the programs that show it
  generate_bytes("prepare_script", "resources/prepare.ps1")
  generate_version()
end

workspace "nightshift"
  configurations(configured)
  location("build/make/" .. platform)
  language "C"
  includedirs { "core", "app", "build/generated" }
  if gcc then includedirs { windows and "build/deps/windows/include/libxml2" or "/usr/include/libxml2" } end
  defines { "LIBXML_STATIC" }
  defines { "CJSON_HIDE_SYMBOLS" }
  if windows then
    defines { "UNICODE", "_UNICODE", "WIN32_LEAN_AND_MEAN", "_WIN32_WINNT=0x0A00", "WINVER=0x0A00", "NTDDI_VERSION=0x0A000006",
              "FREERDP_EXPORTS", "WINPR_EXPORTS", "STRICT" }
  else
    defines { "_GNU_SOURCE" }
  end
  if gcc then
    -- System headers by -isystem: warnings are errors in our code, not in theirs.
    buildoptions { "-std=c17", "-isystem ../../deps/" .. platform .. "/include", "-isystem ../../deps/" .. platform .. "/include/freerdp3",
                   "-isystem ../../deps/" .. platform .. "/include/winpr3", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow",
                   "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wformat=2", "-Wundef", "-Wvla", "-Werror",
                   "-fstack-protector-strong", "-fno-common", "-g",
                   "-ffile-prefix-map=$(CURDIR)=build/make/" .. platform } -- the same bytes wherever it is built
  else
    architecture "x86_64"
    systemversion "latest"
    cdialect "C17"
    warnings "Extra" -- /W4
    fatalwarnings { "All" }
    -- Not faults: what ISO C17 has and cl calls an extension (a flexible array, a nameless union, initializers that are no constants),
    -- and an assignment as a condition, which is written in parentheses of its own where it is meant.
    disablewarnings { "4200", "4201", "4204", "4221", "4706" }
    externalanglebrackets "On" -- what stands in <> is not ours
    externalwarnings "Off"
    externalincludedirs { vcpkg .. "/freerdp3", vcpkg .. "/winpr3", vcpkg .. "/libxml2" } -- vcpkg itself adds only include
    defines { "_CRT_SECURE_NO_WARNINGS", "_CRT_NONSTDC_NO_WARNINGS" }
    staticruntime "On" -- as the triplet
    editandcontinue "Off" -- it excludes /guard:cf
    multiprocessorcompile "On"
    startproject "nightshift"
    buildoptions { "/utf-8", "/guard:cf" }
    vsprops { VcpkgEnableManifest = "true", VcpkgTriplet = "x64-windows-static", VcpkgUseStatic = "true",
              VcpkgInstalledDir = "$(MSBuildProjectDirectory)\\..\\..\\vcpkg\\" }
  end

  filter "configurations:release"
    if not gcc then vsprops { VcpkgConfiguration = "Release" } end -- it looks at ours by its first letter's case
    defines { "NDEBUG" }
    symbols "On"
    optimize "On"
    if gcc then
      buildoptions { "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2" }
      buildoptions { "-fcf-protection" }
      if not windows then buildoptions { "-fPIE", "-fstack-clash-protection" } end
    end
  filter "configurations:debug"
    if not gcc then vsprops { VcpkgConfiguration = "Debug" } end
    symbols "On"
  for _, configuration in ipairs { "asan", "torture" } do
    filter("configurations:" .. configuration)
      symbols "On"
      if gcc and not windows then
        buildoptions { "-O1", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined" }
        linkoptions { "-fsanitize=address,undefined" }
      end
  end
  filter "configurations:tsan"
    symbols "On"
    if gcc and not windows then
      buildoptions { "-O1", "-fno-omit-frame-pointer", "-fsanitize=thread" }
      linkoptions { "-fsanitize=thread" }
    end
  filter "configurations:fuzz"
    symbols "On"
    defines { "NS_FUZZ" }
    if gcc and not windows then -- clang only
      buildoptions { "-O1", "-fno-omit-frame-pointer", "-fsanitize=fuzzer-no-link,address,undefined", "-fno-sanitize-recover=undefined" }
      linkoptions { "-fsanitize=fuzzer,address,undefined" }
    end
  filter "configurations:coverage"
    symbols "On"
    if gcc and not windows then -- clang only
      buildoptions { "-fprofile-instr-generate", "-fcoverage-mapping" }
      linkoptions { "-fprofile-instr-generate" }
    end
  filter {}

-- The sources of a folder, less those of the other system.
local function sources(...)
  for _, folder in ipairs({ ... }) do
    files { folder .. "/*.c", folder .. "/*.h" }
    removefiles { folder .. (windows and "/*_posix.c" or "/*_win32.c") }
  end
end

local function target(name, output)
  kind(output)
  objdir("build/obj/" .. platform)
  targetname(name)
  for _, configuration in ipairs(configured) do
    filter("configurations:" .. configuration)
      targetdir("build/" .. platform .. (configuration == "release" and "" or "-" .. configuration))
  end
  filter {}
  if windows and gcc then targetprefix(output == "StaticLib" and "lib" or "") end
end

-- Those of Windows itself. What a library needs stands after it, for the linker that looks once.
local system_libraries = { "ws2_32", "ntdsapi", "dbghelp", "rpcrt4", "crypt32", "ncrypt", "shlwapi", "credui", "secur32", "gdi32", "user32", "advapi32",
                           "shell32", "shcore", "ole32", "wtsapi32", "winmm", "bcrypt", "iphlpapi", "comctl32", "uxtheme", "comdlg32", "windowscodecs", "netapi32",
                           "dwmapi", "psapi", "oleacc", "oleaut32", "ntdll" }

-- A program: our core and, of the libraries below it, what `uses` names.
local function program(name, output, uses)
  project(name)
    target(name, output)
    links { "core" }
    local use = {}
    for _, word in ipairs(uses) do use[word] = true end
    if not gcc then
      -- vcpkg links its own libraries, whatever they are called in this version and configuration.
      linkoptions { "/guard:cf", "/DYNAMICBASE", "/NXCOMPAT", "/HIGHENTROPYVA", "/CETCOMPAT" }
      links(system_libraries)
      if use.silent then
        kind "WindowedApp"
        entrypoint "wmainCRTStartup"
      end
      return
    end
    linkoptions { "-L../../deps/" .. platform .. "/lib" }
    if use.freerdp then links { "freerdp-client3", "freerdp3" } end
    links { "winpr3", "sqlite3", "cjson", "ssl", "crypto", "z" }
    if use.xml then links { "xml2" } end
    if use.cmocka then links { "cmocka" } end
    if windows then
      linkoptions { "-static", "-Wl,--no-insert-timestamp", "-Wl,--dynamicbase,--nxcompat,--high-entropy-va", (output == "WindowedApp" or use.silent) and "-mwindows" or "-mconsole" }
      if not use.main then linkoptions { "-municode" } end
      links { "uuid" } -- first: mingw-w64's oleacc has functions by the names of interfaces
      links(system_libraries)
      links { "ssp" }
    else
      linkoptions { "-pie", "-Wl,-z,relro,-z,now,-z,noexecstack", "-Wl,--as-needed" } -- each library that is loaded delays the start
      links { "icuuc", "icui18n", "m", "dl", "pthread" }
      if use.xcb then links { "xcb" } end
      if use.seccomp then links { "seccomp" } end
    end
end

project "core"
  target("core", "StaticLib")
  filter "configurations:torture" -- its allocations are those of tests/torture, which can fail
    if gcc and not windows then
      postbuildcommands { "objcopy --redefine-sym malloc=torture_malloc --redefine-sym calloc=torture_calloc --redefine-sym realloc=torture_realloc --redefine-sym strdup=torture_strdup ../../linux-torture/libcore.a" }
    end
  filter {}
  sources("core/base", "core/model", "core/flow", "core/store", "core/secret", "core/probe", "core/facts", "core/preflight", "core/agent", "core/rdp", "core/runner", "core/run", "core/transfer")

program("nightshiftctl", "ConsoleApp", { "xml" })
  sources("app/common", "app/viewer", "app/ctl")
  if windows then files { "resources/version.rc" } end

program("nightshift-runner", "ConsoleApp", { "freerdp", "seccomp" })
  sources("app/common", "app/runner")
  if windows then files { "resources/version.rc" } end

-- It starts at sign-in, beside the user's shell: without a console window of its own.
program("nightshift-agent", "ConsoleApp", { "xcb", "silent" })
  sources("app/common", "app/agent")
  if windows then files { "resources/version.rc" } end

if windows then
  program("nightshift", "WindowedApp", {})
    sources("app/viewer", "app/console/ui", "app/console/model", "app/console/views", "app/console/windows", "app/console/shell")
    files { "resources/console.rc", "resources/version.rc" }
    if not gcc then manifest "Off" end -- console.rc has it

  program("gui-tests", "ConsoleApp", { "cmocka" })
    sources("tests/gui")

  program("list-bench", "ConsoleApp", {})
    files { "tests/bench/list/main.c", "tests/gui/remote.c" }
else
  program("fuzz-inputs", "ConsoleApp", { "xml" })
    sources("tests/fuzz", "app/ctl", "app/common", "app/viewer")
    files { "app/agent/order.c" }
    removefiles { "app/ctl/main.c", "app/common/start_posix.c" }

  program("probe-bench", "ConsoleApp", {})
    files { "tests/bench/probe/main.c" }

  program("queue-bench", "ConsoleApp", {})
    sources("tests/bench/queue_of_runs")

  program("rdp-bare", "ConsoleApp", { "freerdp" })
    files { "tests/bench/bare/main.c" }

  program("rdp-peer", "ConsoleApp", { "freerdp" })
    sources("tests/peer")
    files { "app/agent/artifacts.c", "app/agent/pieces.c" }
end

program("unit-tests", "ConsoleApp", { "cmocka", "main", "xml" })
  sources("tests/unit", "app/viewer", "app/console/views")
  files { "app/agent/instance.c", "app/agent/flow.c", "app/agent/order.c", "app/agent/pieces.c", "app/agent/artifacts.c", "app/ctl/service_state.c", "app/ctl/search_path.c", "app/ctl/push.c", "app/console/ui/cell.c", "app/console/ui/index.c", "app/console/model/thing_text.c", "app/console/model/snapshot.c" }
  files { windows and "app/agent/watch_win32.c" or "app/agent/watch_posix.c", windows and "app/agent/others_win32.c" or "app/agent/others_posix.c" }
  if windows then files { "app/agent/session_processes_win32.c" } end
  if not windows then sources("tests/torture") end
