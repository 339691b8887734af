# The page of `gradus explain` is put together from the files of dump/page/web, which become part of the library here:
# as raw string literals, each in a line of its own of page_web.inc.
file(GLOB web_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/dump/page/web/*)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${web_files})

set(web_text "")
foreach(path IN LISTS web_files)
  get_filename_component(name ${path} NAME)
  file(READ ${path} contents)
  string(APPEND web_text "{\"${name}\", R\"gradus_web(${contents})gradus_web\"},\n")
endforeach()
gradus_write_if_changed(${generated}/page_web.inc "${web_text}")
