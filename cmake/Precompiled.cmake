# The headers that nearly every source includes are parsed once for each target, not once for each unit. (Each source
# must still name what it uses: GRADUS_PRECOMPILED=OFF shows that.)
option(GRADUS_PRECOMPILED "Parse the headers that most sources share once" ON)

# Precompiles HEADERS for the sources of `target`.
function(gradus_precompile target)
  if(GRADUS_PRECOMPILED)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# The same headers for `target` as for `from`, which is compiled with the same options: GCC takes them for no others.
function(gradus_share_precompiled target from)
  if(GRADUS_PRECOMPILED)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF)
    target_compile_definitions(${target} PRIVATE $<TARGET_PROPERTY:${from},COMPILE_DEFINITIONS>)
    target_precompile_headers(${target} REUSE_FROM ${from})
  endif()
endfunction()

set(gradus_common_headers <algorithm> <array> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <optional>
  <ranges> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector> <fmt/format.h>)
