/** The execution of policies: their registry, chains with created policies, and the worker that kernels embed. */
@NullMarked
package io.policyengine.worker;

import org.jspecify.annotations.NullMarked;
