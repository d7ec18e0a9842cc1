/**
 * Executes policies: the registry of policies, chains bound to their parameters, and the worker that kernels embed. The
 * package has over twenty types, since meters, chains and runs in shadow mode are parts of one worker.
 */
@NullMarked
package io.policyengine.worker;

import org.jspecify.annotations.NullMarked;
