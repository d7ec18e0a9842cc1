/** Tests of the registry of workers. */
@NullMarked
package io.policyengine.kernel.worker.registry;

import org.jspecify.annotations.NullMarked;
