// SPDX-License-Identifier: MIT
// The module "mc/config" for the SDK's TLS, which the linker looks at: the key exchanges that the SDK's manifests have on.

export default Object.freeze({ tls: Object.freeze({ DHE_RSA: true, ECDHE_RSA: true }) });
