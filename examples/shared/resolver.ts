// SPDX-License-Identifier: MIT
// The resolver that the SDK's network clients want in their `dns` option (`dns: { io: Resolver }`), made of "resolve".

import resolve from "resolve";

interface Request {
	host: string;
	onResolved(host: string, address: string): void;
	onError(error: Error): void;
}

export default class Resolver {
	resolve({ host, onResolved, onError }: Request): void {
		resolve(host, (error, addresses) => {
			if (error)
				onError(error);
			else
				onResolved(host, addresses![0]!);
		});
	}
}
