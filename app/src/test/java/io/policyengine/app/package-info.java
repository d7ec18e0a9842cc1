/** Kernel, worker and policies together. */
@NullMarked
package io.policyengine.app;

import org.jspecify.annotations.NullMarked;
