/** The environment of policies: clock, files, state, network. */
@NullMarked
package io.policyengine.worker.environment;

import org.jspecify.annotations.NullMarked;
