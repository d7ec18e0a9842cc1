/** What policies reach the world through: clock, files, state, network. */
@NullMarked
package io.policyengine.worker.environment;

import org.jspecify.annotations.NullMarked;
