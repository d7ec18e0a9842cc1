/** Configuration that changes, goes missing or loses routes, and overrides of it. */
@NullMarked
package io.policyengine.kernel.blackbox.reloads;

import org.jspecify.annotations.NullMarked;
