/** Tests of the tables of a replica. */
@NullMarked
package io.policyengine.kernel.worker.life;

import org.jspecify.annotations.NullMarked;
