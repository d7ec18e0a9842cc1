/** Kernel and worker of neighbouring versions, shown by recordings of the former ones. */
@NullMarked
package io.policyengine.it.protocol;

import org.jspecify.annotations.NullMarked;
