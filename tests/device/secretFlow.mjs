// SPDX-License-Identifier: MIT
// Follows secrets through the machine code of a function: the text of arm-none-eabi-objdump, ARMv6-M. What it finds is a branch
// that depends on one, or an address. It knows the instructions that occur in native/curves; any other is an error.
//
// Each register, each slot of the stack and the flags have one of these kinds, of which a calculation's result is the largest:
//
//     OPEN       a number that everybody may know, such as a count
//     TABLE      the address of constants, whose contents are OPEN or TABLE
//     BUFFER     the address of secrets: the address may be known, what is loaded from there is
//     SECRET     a secret

export const OPEN = 0, TABLE = 1, BUFFER = 2, SECRET = 3;

const CONDITIONS = { eq: "z", ne: "z", mi: "z", pl: "z", cs: "c", cc: "c", hs: "c", lo: "c", hi: "both", ls: "both", ge: "both", lt: "both", gt: "both", le: "both" };
const REGISTERS = ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "sl", "fp", "ip", "lr"];
const OTHER_NAMES = { r10: "sl", r11: "fp", r12: "ip" };

/** Name of a function → its instructions, each with its address, name and operands. */
export function parse(listing) {
	const functions = new Map();
	let instructions;
	for (const line of listing.split("\n")) {
		const head = /^[0-9a-f]+ <([^>]+)>:$/.exec(line);
		if (head)
			functions.set(head[1], instructions = []);
		const body = /^\s+([0-9a-f]+):\t(\S+)(?:\t([^@;]*))?/.exec(line);
		if (body)
			instructions.push({ at: parseInt(body[1], 16), name: body[2].replace(/\.[nw]$/, ""), text: (body[3] ?? "").trim(), line: line.trim() });
	}
	return functions;
}

const register = (text) => OTHER_NAMES[text] ?? text;
const isRegister = (text) => REGISTERS.includes(register(text));

/** Splits operands at commas outside of brackets. */
const operands = (text) => text.match(/\{[^}]*\}|\[[^\]]*\]|[^,\s][^,]*/g)?.map((part) => part.trim()) ?? [];

/** Registers of a list such as {r0, r4-r7, lr}. */
function list(text) {
	return text.slice(1, -1).split(",").flatMap((part) => {
		const [first, last] = part.trim().split("-").map(register);
		return last ? REGISTERS.slice(REGISTERS.indexOf(first), REGISTERS.indexOf(last) + 1) : [first];
	});
}

class State {
	constructor(kinds = {}, slots = new Map(), depth = 0) {
		this.kinds = { z: OPEN, c: OPEN, ...Object.fromEntries(REGISTERS.map((name) => [name, SECRET])), ...kinds };
		this.slots = slots;
		this.depth = depth;
	}

	copy() {
		return new State(this.kinds, new Map(this.slots), this.depth);
	}

	/** Takes the larger kinds of both; true if that changed something. */
	join(other) {
		let changed = false;
		if (this.depth !== other.depth)
			throw new Error("two ways with different stacks");
		for (const [name, kind] of Object.entries(other.kinds))
			if (kind > this.kinds[name]) {
				this.kinds[name] = kind;
				changed = true;
			}
		for (const at of this.slots.keys())
			if ((other.slots.get(at) ?? SECRET) > this.slots.get(at)) {
				this.slots.set(at, other.slots.get(at) ?? SECRET);
				changed = true;
			}
		return changed;
	}
}

/**
 * @param {Map<string, object[]>} functions from parse
 * @param {string} name the function to follow
 * @param {Record<string, {in: Record<string, number>, out?: Record<string, number>}>} known what functions are given, by register
 *     or by "stack" for the first word there; and what is in registers after a call of one, where it is not what C says: SECRET
 *     in r0 to r3 and ip, all others as before
 * @returns {string[]} what was found
 */
export function follow(functions, name, known) {
	const instructions = functions.get(name);
	if (!instructions)
		throw new Error(`there is no function ${name}`);
	const index = new Map(instructions.map(({ at }, i) => [at, i]));
	const found = new Set();
	const { stack, ...registers } = known[name].in;
	const states = new Map([[0, new State({ lr: OPEN, ...registers }, new Map(stack === undefined ? [] : [[0, stack]]))]]);
	const waiting = [0];
	while (waiting.length > 0) {
		const i = waiting.pop();
		if (!(i in instructions))
			throw new Error(`${name} runs on behind its end`);
		const state = states.get(i).copy();
		for (const at of step(instructions[i], state, known, (why) => found.add(`${name}: ${why}: ${instructions[i].line}`))) {
			const next = at === undefined ? i + 1 : index.get(at);
			if (next === undefined)
				throw new Error(`${name} jumps out: ${instructions[i].line}`);
			if (!states.has(next))
				states.set(next, state.copy());
			else if (!states.get(next).join(state))
				continue;
			waiting.push(next);
		}
	}
	return [...found];
}

/** Does one instruction. Returns where it goes on: addresses, undefined for the next. */
function step({ name, text, line }, state, known, report) {
	const parts = operands(text), { kinds, slots } = state;
	const kind = (part) => part.startsWith("#") ? OPEN : part === "sp" ? BUFFER : isRegister(part) ? kinds[register(part)] : part === "pc" ? TABLE : unknown(part);
	const unknown = (part) => {
		throw new Error(`not understood (${part}): ${line}`);
	};
	const set = (target, value) => target === "sp" ? unknown(target) : kinds[register(target)] = value;
	const number = (part) => part === undefined ? 0 : part.startsWith("#") ? parseInt(part.slice(1), 10) : undefined;
	const check = (value, why) => value === SECRET && report(why);
	/** Where [base, offset] is: a slot of the stack, or the kind of the address. */
	const place = (part) => {
		const [base, offset] = part.slice(1, -1).split(",").map((piece) => piece.trim());
		if (base === "sp")
			return { slot: state.depth + number(offset) };
		const address = Math.max(kind(base), offset === undefined ? OPEN : kind(offset));
		check(address, "an address");
		return { address };
	};
	const loaded = ({ slot, address }) => slot !== undefined ? slots.get(slot) ?? SECRET : address >= BUFFER ? SECRET : TABLE;
	const calculate = (...sources) => Math.max(...sources.map(kind));

	switch (name) {
	case "push":
		list(text).reverse().forEach((source) => slots.set(state.depth -= 4, kinds[source]));
		return [undefined];
	case "pop": {
		for (const target of list(text)) {
			if (target === "pc")
				check(slots.get(state.depth) ?? SECRET, "a return");
			else
				kinds[target] = slots.get(state.depth) ?? SECRET;
			state.depth += 4;
		}
		return list(text).includes("pc") ? [] : [undefined];
	}
	case "bx":
		check(kind(parts[0]), "a return");
		return [];
	case "b":
		return [parseInt(text, 16)];
	case "bl":
	case "blx": {
		const callee = /<([^>]+)>/.exec(text)?.[1];
		if (!callee)
			check(kind(parts[0]), "a call");
		else if (!known[callee])
			throw new Error(`a call of what is not known: ${line}`);
		const { stack, ...given } = known[callee]?.in ?? {};
		for (const [source, most] of Object.entries(given))
			if (most < SECRET)
				check(kinds[source], `${source} of a call`);
		if (stack !== undefined && stack < SECRET)
			check(slots.get(state.depth) ?? SECRET, "the stack of a call");
		for (const spoilt of ["r0", "r1", "r2", "r3", "ip", "z", "c"])
			kinds[spoilt] = SECRET;
		Object.assign(kinds, known[callee]?.out);
		return [undefined];
	}
	case "ldr":
	case "ldrh":
	case "ldrb":
		set(parts[0], parts[1].startsWith("[pc") ? TABLE : loaded(place(parts[1])));
		return [undefined];
	case "str":
	case "strh":
	case "strb": {
		const { slot } = place(parts[1]);
		if (slot !== undefined)
			slots.set(slot, kind(parts[0]));
		return [undefined];
	}
	case "ldmia":
	case "stmia":
		check(kind(parts[0].replace("!", "")), "an address");
		if (name === "ldmia")
			for (const target of list(parts[1]))
				kinds[target] = loaded({ address: kind(parts[0].replace("!", "")) });
		return [undefined];
	case "mov":
		if (parts[0] === "pc") {
			check(kind(parts[1]), "a jump");
			return [];
		}
		set(parts[0], kind(parts[1]));
		return [undefined];
	case "add":
	case "sub":
		if (parts[0] === "sp" && number(parts[1]) !== undefined)
			state.depth += (name === "add" ? 1 : -1) * number(parts[1]);
		else
			set(parts[0], calculate(...parts.slice(parts.length > 2 ? 1 : 0)));
		return [undefined];
	case "rev":
	case "uxth":
	case "uxtb":
		set(parts[0], kind(parts[1]));
		return [undefined];
	case "nop":
		return [undefined];
	case "cmp":
		kinds.z = kinds.c = calculate(...parts);
		return [undefined];
	case "tst":
		kinds.z = calculate(...parts);
		return [undefined];
	case "adds":
	case "subs":
	case "negs":
	case "rsbs":
		kinds.z = kinds.c = set(parts[0], calculate(...parts.slice(parts.length > 2 ? 1 : 0)));
		return [undefined];
	case "adcs":
	case "sbcs":
		kinds.z = kinds.c = set(parts[0], Math.max(calculate(...parts), kinds.c));
		return [undefined];
	case "movs": // leaves the carry alone
	case "mvns":
		kinds.z = set(parts[0], kind(parts[1]));
		return [undefined];
	case "lsls":
	case "lsrs":
	case "asrs":
		kinds.z = kinds.c = set(parts[0], calculate(...parts));
		if (parts.length > 2)
			kinds.z = kinds.c = set(parts[0], calculate(...parts.slice(1)));
		return [undefined];
	case "ands":
	case "eors":
	case "orrs":
	case "bics":
	case "muls":
		kinds.z = set(parts[0], calculate(...parts));
		return [undefined];
	default: {
		const flag = name.startsWith("b") && CONDITIONS[name.slice(1)];
		if (!flag)
			throw new Error(`not understood: ${line}`);
		check(flag === "both" ? Math.max(kinds.z, kinds.c) : kinds[flag], "a branch");
		return [parseInt(text, 16), undefined];
	}
	}
}
