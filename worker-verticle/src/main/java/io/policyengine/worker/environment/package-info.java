/** The world as policies reach it: clock, files, state, network. */
@NullMarked
package io.policyengine.worker.environment;

import org.jspecify.annotations.NullMarked;
