# The tests of ./run torture itself: CHECK on PROGRAM.
include(${CMAKE_CURRENT_LIST_DIR}/../support/lacking.cmake)
foreach(needed python3 strace)
  find_program(found_${needed} ${needed})
  if(NOT found_${needed})
    lacking("${needed} is not installed (./run torture installs it)")
  endif()
endforeach()
execute_process(COMMAND python3 ${CHECK} ${PROGRAM} COMMAND_ERROR_IS_FATAL ANY)
