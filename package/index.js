// SPDX-License-Identifier: MIT
// What mcpack finds as "moddable-tls": it then includes the package's manifest, which has the module itself.

export { default } from "embedded:io/socket/tcp/tls";
