/** Keeps the last generations in memory and in a state directory on disk, where they outlive the kernel. */
@NullMarked
package io.policyengine.kernel.history;

import org.jspecify.annotations.NullMarked;
