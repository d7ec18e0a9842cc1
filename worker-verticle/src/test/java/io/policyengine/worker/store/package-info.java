/** Tests of the parts of shared stores that need no server. */
@NullMarked
package io.policyengine.worker.store;

import org.jspecify.annotations.NullMarked;
