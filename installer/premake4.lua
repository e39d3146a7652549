-- Lets premake4, the one that Debian has, read premake5.lua: the words it lacks, in its own.
workspace = solution
removefiles = excludes
os.target = os.get

function filter(terms)
  if type(terms) == "string" then terms = { terms } end
  local plain = {}
  for _, term in ipairs(terms) do table.insert(plain, (term:gsub("^%w+:", ""))) end
  configuration(plain)
end

function symbols(value) if value == "On" then flags { "Symbols" } end end
function optimize(value) if value == "On" then flags { "Optimize" } end end

dofile("../premake5.lua")
