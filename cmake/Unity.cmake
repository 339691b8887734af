# Most of the time a compiler takes goes to the standard library's and the JSON library's headers, so the sources of a
# room are compiled several together: from nothing that takes less than half the time. Files of one room share a unit,
# and a unit never has files of two. (Each source must still compile alone, which GRADUS_UNITY=OFF shows.)
option(GRADUS_UNITY "Compile several sources of a room together" ON)

# At most this many sources a unit, so that the units keep several cores busy; of kernels fewer, which take longer each.
set(GRADUS_UNITY_SIZE 13)
set(GRADUS_KERNEL_UNITY_SIZE 9)

# Groups the sources FILES of `room`, all belonging to `target`, at most `size` a unit.
function(gradus_unite target room size)
  if(NOT GRADUS_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # What reads and writes formulas has the same names in each notation.
  list(FILTER ARGN EXCLUDE REGEX "(^|/)dump/(algebra|formula|derivation_|notation)")
  set(at 0)
  foreach(source IN LISTS ARGN)
    math(EXPR unit "${at} / ${size}")
    math(EXPR at "${at} + 1")
    set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP ${room}_${unit})
  endforeach()
endfunction()
