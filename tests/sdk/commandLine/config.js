// SPDX-License-Identifier: MIT
// The module that mcconfig makes from a manifest's "config" on other platforms: here NAME=VALUE from the command line.

const config = {};
for (const argument of native("xs_commandLine_arguments").call(undefined)) {
	const equals = argument.indexOf("=");
	config[argument.slice(0, equals)] = argument.slice(equals + 1);
}

export default Object.freeze(config);
