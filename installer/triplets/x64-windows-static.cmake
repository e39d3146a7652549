# vcpkg's own triplet of that name, and of each library only what Nightshift uses, as installer/dependencies.sh builds it: both read installer/options.
set(VCPKG_TARGET_ARCHITECTURE x64)
set(VCPKG_CRT_LINKAGE static)
set(VCPKG_LIBRARY_LINKAGE static)

# A changed list builds the library anew.
set(options "${CMAKE_CURRENT_LIST_DIR}/../options/${PORT}.txt")
set(VCPKG_C_FLAGS "/guard:cf")
set(VCPKG_CXX_FLAGS "/guard:cf")
if(EXISTS "${options}")
  list(APPEND VCPKG_HASH_ADDITIONAL_FILES "${options}")
  file(STRINGS "${options}" lines REGEX "^[A-Z]")
  foreach(line IN LISTS lines)
    if(PORT STREQUAL "sqlite3")
      string(APPEND VCPKG_C_FLAGS " -D${line}")
    else()
      list(APPEND VCPKG_CMAKE_CONFIGURE_OPTIONS "-D${line}")
    endif()
  endforeach()
endif()

# vcpkg's port leaves FreeRDP's assertions out of a release: they stop what a hostile machine sends.
if(PORT STREQUAL "freerdp")
  set(VCPKG_CMAKE_CONFIGURE_OPTIONS_RELEASE -DWITH_VERBOSE_WINPR_ASSERT=ON)
elseif(PORT STREQUAL "openssl")
  set(OPENSSL_NO_AUTOLOAD_CONFIG ON)
endif()
