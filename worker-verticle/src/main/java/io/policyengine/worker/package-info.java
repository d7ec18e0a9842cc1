/** The running of policies: which there are, chains bound to their parameters, and the worker that a kernel holds in its own process. */
@NullMarked
package io.policyengine.worker;

import org.jspecify.annotations.NullMarked;
