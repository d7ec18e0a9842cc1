/** The ownership of policies: which worker each belongs to, and what neither may do less than was settled. */
@NullMarked
package io.policyengine.kernel.worker.ownership;

import org.jspecify.annotations.NullMarked;
