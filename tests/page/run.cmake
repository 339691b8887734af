# Makes pages with PROGRAM and FIXTURES in FOLDER and drives them in a browser with DRIVER.
include(${CMAKE_CURRENT_LIST_DIR}/../support/lacking.cmake)

if(DEFINED ENV{GRADUS_PYTHON})
  set(python $ENV{GRADUS_PYTHON})
else()
  set(python python3)
endif()
execute_process(COMMAND ${python} -c "import selenium, axe_core_python" RESULT_VARIABLE missing ERROR_VARIABLE reason)
if(missing)
  lacking("${python} has no selenium and axe-core-python (./run page-test installs them): ${reason}")
endif()
foreach(needed chromium chromedriver dot)
  find_program(found_${needed} ${needed})
  if(NOT found_${needed})
    lacking("${needed} is not installed (./run page-test installs it)")
  endif()
endforeach()

file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
execute_process(COMMAND ${FIXTURES} ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${PROGRAM} explain neuron --steps 5 -o ${FOLDER}/neuron.html COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${PROGRAM} explain 2-3-2 --steps 3 -o ${FOLDER}/2-3-2.html COMMAND_ERROR_IS_FATAL ANY)
foreach(shape moons spirals)
  execute_process(COMMAND ${PROGRAM} explain points --shape ${shape} -o ${FOLDER}/${shape}.html COMMAND_ERROR_IS_FATAL ANY)
endforeach()
execute_process(COMMAND ${PROGRAM} explain mlp --data generated --train-limit 640 --validation 0 --steps 5
  -o ${FOLDER}/mlp.html COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${PROGRAM} explain mlp --hidden 64 --data generated --train-limit 640 --validation 0 --steps 3
  -o ${FOLDER}/784-64-10.html COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${PROGRAM} explain cnn --data generated --train-limit 640 --validation 0 -o ${FOLDER}/cnn.html
  COMMAND_ERROR_IS_FATAL ANY)
cmake_path(GET DRIVER PARENT_PATH drivers)
execute_process(COMMAND ${python} ${drivers}/drive_rules.py ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${python} ${drivers}/drive_lines.py ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${python} ${drivers}/drive_questions.py ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${python} ${drivers}/drive_live.py ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${python} ${drivers}/drive_training.py ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${python} ${drivers}/drive_plane.py ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${python} ${DRIVER} ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)

# The page of a sweep: a real one, and one of 1,000 trials.
execute_process(COMMAND ${PROGRAM} sweep --data generated --trials 12 --set train_limit=512 --set epochs=2
  --set "hidden=8,16x2" --set "lr=1e-4..1e-1 log" --set optimizer=sgd,momentum,adam --set "momentum=0.5..0.95"
  --set activation=relu,tanh --out ${FOLDER}/sweep --quiet COMMAND_ERROR_IS_FATAL ANY)
file(COPY_FILE ${FOLDER}/sweep/report.html ${FOLDER}/sweep.html)
execute_process(COMMAND ${python} ${drivers}/drive_sweep.py ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
