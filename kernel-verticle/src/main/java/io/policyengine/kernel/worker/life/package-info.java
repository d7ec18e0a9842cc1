/** Defines the life of a replica as tables of states, events and actions. */
@NullMarked
package io.policyengine.kernel.worker.life;

import org.jspecify.annotations.NullMarked;
