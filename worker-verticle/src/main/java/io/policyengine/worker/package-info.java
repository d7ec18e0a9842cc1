/** The execution of policies: their registry, chains bound to their parameters, and the worker that kernels embed. */
@NullMarked
package io.policyengine.worker;

import org.jspecify.annotations.NullMarked;
