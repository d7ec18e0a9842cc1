/** Kernel, worker and policies together. */
@NullMarked
package io.policyengine.it;

import org.jspecify.annotations.NullMarked;
