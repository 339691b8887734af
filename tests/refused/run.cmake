# cmake -D COMPILER=… -D FLAGS=… -D SOURCE=… -P run.cmake
# The program must be refused with the sentence of its first line, and compile where it is written right.
file(STRINGS ${SOURCE} sentence LIMIT_COUNT 1)
string(REPLACE "// " "" sentence "${sentence}")

execute_process(COMMAND ${COMPILER} ${FLAGS} -fsyntax-only -DRIGHT ${SOURCE} RESULT_VARIABLE failed ERROR_VARIABLE why)
if(failed)
  message(FATAL_ERROR "refused although it is right:\n${why}")
endif()

execute_process(COMMAND ${COMPILER} ${FLAGS} -fsyntax-only ${SOURCE} RESULT_VARIABLE failed ERROR_VARIABLE why)
if(NOT failed)
  message(FATAL_ERROR "it compiles, but it should be refused: ${sentence}")
endif()
string(FIND "${why}" "${sentence}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "refused without the sentence \"${sentence}\":\n${why}")
endif()
