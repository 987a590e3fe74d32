// SPDX-License-Identifier: MIT
// Follows secrets through the machine code of a function: the text of arm-none-eabi-objdump, ARMv6-M or ARMv8-M. What it finds
// is a branch that depends on one, or an address. It knows the instructions that occur in native/curves; any other is an error.
// In an IT block, an instruction takes its cycle whether it is done or not; one that goes to memory may not depend on a secret.
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
		const body = /^\s*([0-9a-f]+):\t(\S+)(?:\t([^@;]*))?/.exec(line);
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
 * @param {Record<string, {in: Record<string, number | number[]>, out?: Record<string, number>}>} known what functions are given, by register
 *     or by "stack" for the words there; and what is in registers after a call of one, where it is not what C says: SECRET
 *     in r0 to r3 and ip, all others as before
 * @returns {string[]} what was found
 */
export function follow(functions, name, known) {
	const instructions = functions.get(name);
	if (!instructions)
		throw new Error(`there is no function ${name}`);
	const index = new Map(instructions.map(({ at }, i) => [at, i]));
	const found = new Set();
	const { stack = [], ...registers } = known[name].in;
	const states = new Map([[0, new State({ lr: OPEN, ...registers }, new Map(stack.map((kind, i) => [4 * i, kind])))]]);
	const waiting = [0];
	while (waiting.length > 0) {
		const i = waiting.pop();
		if (!(i in instructions))
			throw new Error(`${name} runs on behind its end`);
		const state = states.get(i).copy();
		const count = blockLength(instructions[i].name);
		const report = (why, line) => found.add(`${name}: ${why}: ${line}`);
		const goesOn = count ? block(name, instructions.slice(i, i + count), state, known, report) : step(name, instructions[i], state, known, report);
		for (const at of goesOn) {
			const next = at === undefined ? i + (count || 1) : index.get(at);
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

/** The kind of what a condition looks at; undefined if there is no such. */
function flagsOf(condition, kinds) {
	const flag = CONDITIONS[condition];
	return flag === "both" ? Math.max(kinds.z, kinds.c) : kinds[flag];
}

/** How many instructions belong to what begins with this one, an IT among them; 0: it is none. */
const blockLength = (name) => /^it[te]{0,3}$/.test(name) ? name.length : 0;

/** Does an IT block: those of the condition on one way, those of its contrary on the other. Returns what `step` does. */
function block(own, [{ text: condition }, ...instructions], state, known, report) {
	const depends = flagsOf(condition, state.kinds);
	const ways = [state, state.copy()];
	const ended = new Set();
	for (const { name, text, line } of instructions) {
		const done = name.slice(0, -2);
		const way = ways[name.endsWith(condition) ? 0 : 1];
		if (done === "cmp" && line !== instructions.at(-1).line)
			throw new Error(`flags that change within a block: ${line}`);
		if (depends === SECRET && !/^(mov|mvn|cmp|add|sub|and|orr|eor|lsl|lsr|asr)$/.test(done))
			report("an access, a branch", line);
		if (step(own, { name: done, text, line }, way, known, report).length === 0)
			ended.add(way);
		if (depends === SECRET)
			Object.assign(way.kinds, done === "cmp" ? { z: SECRET, c: SECRET } : { [register(operands(text)[0])]: SECRET });
	}
	if (ended.has(state))
		Object.assign(state, ways[1]);
	else if (!ended.has(ways[1]))
		state.join(ways[1]);
	return ended.size < 2 ? [undefined] : [];
}

/** Does one instruction of the function `own`. Returns where it goes on: addresses, undefined for the next. */
function step(own, { name, text, line }, state, known, report) {
	const parts = operands(text), { kinds, slots } = state;
	const kind = (part) => /^(ls[lr] |asr |ror )?#/.test(part) ? OPEN : part === "sp" ? BUFFER : isRegister(part) ? kinds[register(part)] : part === "pc" ? TABLE : unknown(part);
	const unknown = (part) => {
		throw new Error(`not understood (${part}): ${line}`);
	};
	const set = (target, value) => target === "sp" ? unknown(target) : kinds[register(target)] = value;
	const number = (part) => part === undefined ? 0 : part.startsWith("#") ? parseInt(part.slice(1), 10) : undefined;
	const check = (value, why) => value === SECRET && report(why, line);
	/** Where [base, offset] is: a slot of the stack, or the kind of the address. */
	const place = (part) => {
		const [base, offset] = part.replace(/^\[|\]!?$/g, "").split(",").map((piece) => piece.trim());
		if (base === "sp")
			return part.endsWith("!") || number(offset) === undefined ? unknown(part) : { slot: state.depth + number(offset) };
		const address = Math.max(kind(base), offset === undefined ? OPEN : kind(offset));
		check(address, "an address");
		return { address };
	};
	const loaded = ({ slot, address }) => slot !== undefined ? slots.get(slot) ?? SECRET : address >= BUFFER ? SECRET : TABLE;
	const calculate = (...sources) => Math.max(...sources.map(kind));
	const store = ({ slot }, value) => slot !== undefined && slots.set(slot, value);
	const next = ({ slot, address }) => ({ slot: slot === undefined ? undefined : slot + 4, address });
	const call = (callee) => {
		const { stack = [], ...given } = known[callee]?.in ?? {};
		for (const [source, most] of Object.entries(given))
			if (most < SECRET)
				check(kinds[source], `${source} of a call`);
		stack.forEach((most, i) => most < SECRET && check(slots.get(state.depth + 4 * i) ?? SECRET, "the stack of a call"));
	};

	switch (name) {
	case "push":
	case "stmdb":
		if (name === "stmdb" && parts[0] !== "sp!")
			unknown(parts[0]);
		list(parts.at(-1)).reverse().forEach((source) => slots.set(state.depth -= 4, kinds[source]));
		return [undefined];
	case "pop":
	case "ldmia": {
		if (name === "ldmia" && parts[0] !== "sp!") {
			check(kind(parts[0].replace("!", "")), "an address");
			for (const target of list(parts[1]))
				kinds[target] = loaded({ address: kind(parts[0].replace("!", "")) });
			return [undefined];
		}
		const targets = list(parts.at(-1));
		for (const target of targets) {
			if (target === "pc")
				check(slots.get(state.depth) ?? SECRET, "a return");
			else
				kinds[target] = slots.get(state.depth) ?? SECRET;
			state.depth += 4;
		}
		return targets.includes("pc") ? [] : [undefined];
	}
	case "bx":
		check(kind(parts[0]), "a return");
		return [];
	case "b": {
		const callee = /<([^>+]+)>/.exec(text)?.[1];
		if (callee === own || !known[callee])
			return [parseInt(text, 16)];
		call(callee); // which returns to our caller
		return [];
	}
	case "cbz":
	case "cbnz":
		check(kind(parts[0]), "a branch");
		return [parseInt(parts[1], 16), undefined];
	case "bl":
	case "blx": {
		const callee = /<([^>]+)>/.exec(text)?.[1];
		if (!callee)
			check(kind(parts[0]), "a call");
		else if (!known[callee])
			throw new Error(`a call of what is not known: ${line}`);
		call(callee);
		for (const spoilt of ["r0", "r1", "r2", "r3", "ip", "z", "c"])
			kinds[spoilt] = SECRET;
		Object.assign(kinds, known[callee]?.out);
		return [undefined];
	}
	case "ldr":
	case "ldrh":
	case "ldrb":
	case "ldrsb":
		if (parts[0] === "pc") { // from the stack, which moves
			check(parts[1] === "[sp]" ? slots.get(state.depth) ?? SECRET : unknown(parts[1]), "a return");
			return [];
		}
		set(parts[0], parts[1].startsWith("[pc") ? TABLE : loaded(place(parts[1])));
		return [undefined];
	case "str":
	case "strh":
	case "strb":
		store(place(parts[1]), kind(parts[0]));
		return [undefined];
	case "ldrd": {
		const at = place(parts[2]);
		const pair = [loaded(at), loaded(next(at))]; // before the base is overwritten
		pair.forEach((value, i) => set(parts[i], value));
		return [undefined];
	}
	case "strd": {
		const at = place(parts[2]);
		store(at, kind(parts[0]));
		store(next(at), kind(parts[1]));
		return [undefined];
	}
	case "stmia":
		check(kind(parts[0].replace("!", "")), "an address");
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
	case "and":
	case "orr":
	case "eor":
	case "lsl":
	case "lsr":
	case "asr":
		set(parts[0], calculate(...parts.slice(parts.length > 2 ? 1 : 0)));
		return [undefined];
	case "adc":
	case "sbc":
		set(parts[0], Math.max(calculate(...parts.slice(parts.length > 2 ? 1 : 0)), kinds.c));
		return [undefined];
	case "mul":
	case "mla":
		set(parts[0], calculate(...parts.slice(1)));
		return [undefined];
	case "umull":
	case "umlal":
		kinds[register(parts[0])] = kinds[register(parts[1])] = calculate(...parts.slice(name === "umull" ? 2 : 0));
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
		const flags = flagsOf(name.startsWith("b") && name.slice(1), kinds);
		if (flags === undefined)
			throw new Error(`not understood: ${line}`);
		check(flags, "a branch");
		return [parseInt(text, 16), undefined];
	}
	}
}
