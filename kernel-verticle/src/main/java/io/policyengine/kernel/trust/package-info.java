/** Tracks whether Envoys honour mode overrides, and whether they report the origin of responses. */
@NullMarked
package io.policyengine.kernel.trust;

import org.jspecify.annotations.NullMarked;
