// SPDX-License-Identifier: MIT
// The types of the module that the package brings. types/tls.d.ts is made from src/tls.ts when the package is packed.

export * from "./types/tls.js";
export { default } from "./types/tls.js";
