/**
 * The management of a kernel, and the code that assembles it. The kernel knows this package only as {@link
 * io.policyengine.kernel.Management}.
 */
@NullMarked
package io.policyengine.admin;

import org.jspecify.annotations.NullMarked;
