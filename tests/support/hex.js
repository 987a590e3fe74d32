// SPDX-License-Identifier: MIT
// Bytes as hexadecimal text, for the programs on XS.

export function fromHex(hex) {
	const bytes = new Uint8Array(hex.length / 2);
	for (let i = 0; i < bytes.length; i++)
		bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
	return bytes.buffer;
}

export function toHex(buffer) {
	return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
