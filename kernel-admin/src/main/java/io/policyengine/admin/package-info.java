/** The management of a kernel, and its wiring: what the kernel sees of it is {@link io.policyengine.kernel.Management} alone. */
@NullMarked
package io.policyengine.admin;

import org.jspecify.annotations.NullMarked;
