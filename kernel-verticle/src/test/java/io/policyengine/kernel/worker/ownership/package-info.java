/** Tests of who owns a policy. */
@NullMarked
package io.policyengine.kernel.worker.ownership;

import org.jspecify.annotations.NullMarked;
