# cmake -D build=… -D source=… (and so on, see cmake/Install.cmake) -P run.cmake
set(lessons 05_mnist 06_own_op 07_own_update_rule)
set(work ${build}/install-test)
file(REMOVE_RECURSE ${work})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed)
  if(failed)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}: ${failed}")
  endif()
endfunction()

run(${CMAKE_COMMAND} --install ${build} --prefix ${work}/prefix)

file(COPY ${source}/tests/install/CMakeLists.txt ${source}/tests/install/light.cpp DESTINATION ${work}/user)
foreach(lesson IN LISTS lessons)
  file(COPY ${source}/examples/${lesson}.cpp DESTINATION ${work}/user)
endforeach()

run(${CMAKE_COMMAND} -S ${work}/user -B ${work}/user/build -G ${generator}
  -D CMAKE_PREFIX_PATH=${work}/prefix -D CMAKE_BUILD_TYPE=${build_type} -D CMAKE_CXX_COMPILER=${compiler}
  -D CMAKE_CXX_FLAGS=${flags} -D native=${native} -D version=${version})
run(${CMAKE_COMMAND} --build ${work}/user/build)
foreach(lesson IN LISTS lessons ITEMS light)
  run(${work}/user/build/${lesson})
endforeach()
