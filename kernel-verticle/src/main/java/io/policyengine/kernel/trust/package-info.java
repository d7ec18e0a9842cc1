/** Tracks the evidence about Envoys: whether they honour mode overrides, and report the origin of responses. */
@NullMarked
package io.policyengine.kernel.trust;

import org.jspecify.annotations.NullMarked;
