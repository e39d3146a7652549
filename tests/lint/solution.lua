-- Runs premake5.lua without premake: as the Windows program of premake5 would for `vs2022`, with words that write down what they were given.
-- Prints a line for each value: scope, filter, word, value. A scope is a project, or `workspace`.
local scope, condition = "workspace", ""

local function record(word, value)
  if type(value) ~= "table" then value = { value } end
  for key, each in pairs(value) do
    if type(each) == "table" then record(word, each)
    else print(table.concat({ scope, condition, word, type(key) == "string" and key .. "=" .. each or tostring(each) }, "\t")) end
  end
end

-- The words that premake 5.0.0-beta8 has, as far as they are used; an unknown one is a nil that is called, and ends this.
for _, word in ipairs { "architecture", "buildoptions", "cdialect", "configurations", "defines", "disablewarnings", "editandcontinue", "entrypoint",
                        "externalanglebrackets", "externalincludedirs", "externalwarnings", "fatalwarnings", "files", "includedirs", "kind", "language",
                        "linkoptions", "links", "location", "manifest", "multiprocessorcompile", "objdir", "optimize", "postbuildcommands",
                        "removefiles", "startproject", "staticruntime", "symbols", "systemversion", "targetdir", "targetname", "targetprefix",
                        "vsprops", "warnings" } do
  _G[word] = function(value) record(word, value) end
end
function workspace() scope, condition = "workspace", "" end
function project(name) scope, condition = name, "" end
function filter(terms)
  if type(terms) == "string" then terms = { terms } end
  condition = table.concat(terms, " ")
end
function os.target() return "windows" end
function os.mkdir() end

_ACTION = "vs2022"
local open = io.open
io.open = function(name, mode) -- it writes nothing
  if not mode or not mode:find("w") then return open(name, mode) end
  return { write = function() end, close = function() end }
end
dofile(arg[1])
