/** The environment in which policies run: clock, files, state and network. */
@NullMarked
package io.policyengine.worker.environment;

import org.jspecify.annotations.NullMarked;
