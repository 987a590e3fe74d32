// SPDX-License-Identifier: MIT
// Host names to addresses, by the SDK's resolver, which gives one address. The desktop runtime has a module of its own.

import Net from "net";

export default function resolve(name: string, callback: (error: Error | undefined, addresses?: string[]) => void): void {
	Net.resolve(name, (_, address) => {
		if (address === undefined)
			callback(new Error(`${name}: has no address that the resolver could find`));
		else
			callback(undefined, [address]);
	});
}
