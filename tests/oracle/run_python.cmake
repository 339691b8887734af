# Runs the tests of the comparer, SCRIPT, with a Python that has numpy.
include(${CMAKE_CURRENT_LIST_DIR}/../support/lacking.cmake)

if(DEFINED ENV{GRADUS_PYTHON})
  set(python $ENV{GRADUS_PYTHON})
else()
  set(python python3)
endif()
execute_process(COMMAND ${python} -c "import numpy" RESULT_VARIABLE missing ERROR_VARIABLE reason)
if(missing)
  lacking("${python} has no numpy (name one that has in GRADUS_PYTHON): ${reason}")
endif()
execute_process(COMMAND ${python} -B ${SCRIPT} COMMAND_ERROR_IS_FATAL ANY)
