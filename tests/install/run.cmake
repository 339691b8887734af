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
# What only the library's sources need is not installed: it would ask for Random123.
file(GLOB_RECURSE headers ${work}/prefix/*.hpp)
foreach(header IN LISTS headers)
  file(STRINGS ${header} random123 REGEX "#include <Random123/")
  if(random123)
    message(FATAL_ERROR "${header} is installed and includes Random123")
  endif()
endforeach()

file(COPY ${source}/tests/install/CMakeLists.txt ${source}/tests/install/light.cpp
  ${source}/tests/install/own_program.cpp DESTINATION ${work}/user)
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

# What a program of one's own adds is trained with, resumed, inspected and reported as what the library has.
set(own ${work}/user/build/own_program)
set(few --data generated --train-limit 300 --validation 100 --threads 1 --quiet)
set(model siamese --optimizer fading --fade 0.002)
set(layers mlp --layers "dense 12, swish, dense 10")
foreach(network IN ITEMS model layers)
  run(${own} train ${${network}} ${few} --epochs 2 --out ${work}/${network})
  run(${own} train ${${network}} ${few} --epochs 1 --out ${work}/${network}-resumed)
  list(GET ${network} 0 name)
  run(${own} train ${name} --resume ${work}/${network}-resumed --epochs 2 --quiet)
  run(${CMAKE_COMMAND} -E compare_files ${work}/${network}/checkpoint.safetensors
    ${work}/${network}-resumed/checkpoint.safetensors)
  run(${own} evaluate ${work}/${network})
  run(${own} report ${work}/${network})
  run(${own} describe ${name} --run ${work}/${network})
  run(${own} dump ${name} --run ${work}/${network} --check -o ${work}/${network}.txt)
  run(${own} explain ${name} --run ${work}/${network} --steps 2 --examples 4 -o ${work}/${network}.html)
endforeach()
run(${own} list models)

function(must_hold file text)
  file(READ ${file} contents)
  string(FIND "${contents}" "${text}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${file} does not say: ${text}")
  endif()
endfunction()
must_hold(${work}/model/report.html "<dt>fade</dt><dd>0.002</dd>")
must_hold(${work}/model/report.html " --fade 0.002")
must_hold(${work}/model.txt "swish(")
must_hold(${work}/layers.txt "swish(")
