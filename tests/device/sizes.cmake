# SPDX-License-Identifier: MIT
# Images that are measured and never run: the layers below the class, all that it uses of them. The map is TARGET.map.
function(addSizeImage target engine)
	add_executable(${target} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/everything.c)
	set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
	target_link_libraries(${target} PRIVATE ${engine} tlsWarnings)
	target_link_options(${target} PRIVATE
		-nostartfiles -Wl,--gc-sections -Wl,--entry=everything -Wl,--undefined=everything
		-Wl,--defsym=tlsBoardRandom=0 -Wl,-Map=${CMAKE_BINARY_DIR}/${target}.map)
endfunction()
