/** The life of a replica, as tables of what follows from what happens to it. */
@NullMarked
package io.policyengine.kernel.worker.life;

import org.jspecify.annotations.NullMarked;
