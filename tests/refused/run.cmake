# cmake -D COMPILER=… -D FLAGS=… -D SOURCE=… -P run.cmake
# The program must be refused with the sentences before its code, a line each, and compile where it is written right.
file(STRINGS ${SOURCE} sentences REGEX "^// ")

execute_process(COMMAND ${COMPILER} ${FLAGS} -fsyntax-only -DRIGHT ${SOURCE} RESULT_VARIABLE failed ERROR_VARIABLE why)
if(failed)
  message(FATAL_ERROR "refused although it is right:\n${why}")
endif()

execute_process(COMMAND ${COMPILER} ${FLAGS} -fsyntax-only ${SOURCE} RESULT_VARIABLE failed ERROR_VARIABLE why)
if(NOT failed)
  message(FATAL_ERROR "it compiles, but it should be refused:\n${sentences}")
endif()
foreach(sentence IN LISTS sentences)
  string(SUBSTRING "${sentence}" 3 -1 sentence)
  string(FIND "${why}" "${sentence}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "refused without the sentence \"${sentence}\":\n${why}")
  endif()
endforeach()
