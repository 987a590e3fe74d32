// SPDX-License-Identifier: MIT
// Starts an image of the emulated board.

import { spawn } from "node:child_process";

/**
 * Runs `image` with `args` until it exits.
 * @param {string} image ELF file
 * @param {string[]} args the image's command line
 * @param {{timeout?: number, icount?: boolean, leap?: boolean, onLine?: (line: string) => void}} [options]
 *   timeout in milliseconds; icount: one instruction is 8 ns of the board's time; leap: idle time passes at once (not with
 *   servers, which live in real time)
 * @returns {Promise<{status: number | null, output: string}>} status null: killed by the timeout
 */
export function runBoard(image, args, options = {}) {
	const machine = ["-M", "mps2-an385", "-display", "none", "-monitor", "none", "-serial", "stdio",
		"-nic", "user,model=lan9118", "-kernel", image];
	const semihosting = ["enable=on,target=native", ...["board", ...args].map((arg) => `arg=${arg.replaceAll(",", ",,")}`)];
	const counting = options.icount || options.leap ? ["-icount", `shift=3${options.leap ? ",sleep=off" : ""}`] : [];
	const child = spawn("qemu-system-arm", [...machine, "-semihosting-config", semihosting.join(","), ...counting],
		{ stdio: ["ignore", "pipe", "pipe"] });
	return new Promise((resolve, reject) => {
		let output = "";
		let rest = "";
		const take = (data) => {
			output += data;
			const lines = (rest + data).split("\n");
			rest = lines.pop();
			lines.forEach((line) => options.onLine?.(line.replace(/\r$/, "")));
		};
		child.stdout.setEncoding("utf8").on("data", take);
		child.stderr.setEncoding("utf8").on("data", take);
		child.on("error", reject);
		const timer = setTimeout(() => child.kill("SIGKILL"), options.timeout ?? 60_000);
		child.on("close", (status) => {
			clearTimeout(timer);
			resolve({ status, output });
		});
	});
}
