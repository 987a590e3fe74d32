// SPDX-License-Identifier: MIT
// Splits a URL, as far as these examples need it.

export interface Place {
	host: string;
	port: number;
	path: string;
}

/** Takes `scheme://host[:port][/path]`; an IPv6 address is in brackets. Throws where it is something else. */
export function locate(url: string, scheme: string, defaultPort: number): Place {
	const prefix = scheme + "://";
	if (!url.startsWith(prefix))
		throw new Error(`not ${prefix}host[:port]/path: ${url}`);
	const rest = url.slice(prefix.length);
	const slash = rest.indexOf("/");
	const authority = (slash < 0) ? rest : rest.slice(0, slash);
	const bracket = authority.indexOf("]");
	const colon = authority.indexOf(":", bracket + 1);
	const name = (colon < 0) ? authority : authority.slice(0, colon);
	return {
		host: (bracket < 0) ? name : name.slice(1, bracket),
		port: (colon < 0) ? defaultPort : Number(authority.slice(colon + 1)),
		path: (slash < 0) ? "/" : rest.slice(slash),
	};
}
