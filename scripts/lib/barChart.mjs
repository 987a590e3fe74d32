// SPDX-License-Identifier: MIT
// Draws bars in groups, as SVG: the pictures of the documents.

/* In pixels. */
const WIDTH = 720;
const LEFT = 250;
const LONGEST = 380;
const LINE = 22;
const GAP = 12;
const TOP = 34;

function text(x, y, content, attributes = "") {
	return `<text x="${x}" y="${y}"${attributes}>${content}</text>`;
}

/**
 * @typedef {object} Bar
 * @property {number} length of the longest possible one, 0 to 1
 * @property {string} text at its end
 * @property {string} colour
 *
 * @param {string} title for who does not see it
 * @param {{label: string, colour: string}[]} legend
 * @param {number} apart pixels from one entry of the legend to the next
 * @param {{label: string, bars: Bar[]}[]} groups from the top
 * @returns {string} SVG, the same for the same parameters
 */
export function barChart(title, legend, apart, groups) {
	const lines = [];
	let y = TOP;
	for (const { label, bars } of groups) {
		lines.push(text(LEFT - 10, y + LINE, label, ' text-anchor="end"'));
		for (const { length, text: content, colour } of bars) {
			const width = (length * LONGEST).toFixed(1);
			lines.push(`<rect x="${LEFT}" y="${y}" width="${width}" height="${LINE - 3}" fill="${colour}"/>`,
				text((LEFT + Number(width) + 6).toFixed(1), y + LINE - 8, content));
			y += LINE;
		}
		y += GAP;
	}
	const entries = legend.flatMap(({ label, colour }, index) => {
		const x = LEFT + index * apart;
		return [`<rect x="${x}" y="10" width="12" height="12" fill="${colour}"/>`, text(x + 18, 20, label)];
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12" role="img">`,
		`<title>${title}</title>`,
		`<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>`,
		...entries, ...lines, "</svg>", "",
	].join("\n");
}
