# The headers that nearly every source includes are parsed once for each target, not once for each unit. (Each source
# must still name what it uses: GRADUS_PRECOMPILED=OFF shows that.)
option(GRADUS_PRECOMPILED "Parse the headers that most sources share once" ON)

# Precompiles HEADERS for the sources of `target`.
function(gradus_precompile target)
  if(GRADUS_PRECOMPILED)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

set(gradus_common_headers <algorithm> <array> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <optional>
  <ranges> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector> <fmt/format.h>)
