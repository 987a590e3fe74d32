// SPDX-License-Identifier: MIT
// The module "text/decoder" of the SDK.

import "text";

export default globalThis.TextDecoder;
