/**
 * A kernel's management and its wiring. The kernel depends on it only through {@link
 * io.policyengine.kernel.Management}.
 */
@NullMarked
package io.policyengine.admin;

import org.jspecify.annotations.NullMarked;
