// SPDX-License-Identifier: MIT
// What every program finds in its global scope, besides the language.

import "console";
import "text";
