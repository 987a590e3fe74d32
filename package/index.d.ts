// SPDX-License-Identifier: MIT
// The types of the module that the package brings. src/tls.d.ts is made from src/tls.ts when the package is packed.

export * from "../src/tls.js";
export { default } from "../src/tls.js";
