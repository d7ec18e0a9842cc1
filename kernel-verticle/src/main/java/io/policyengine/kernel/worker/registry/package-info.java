/**
 * The registry of workers: connects to their replicas, learns what they declare, checks their health, and publishes which can be called.
 *
 * <p>It has more than twenty types, since all of them share the replicas and one event loop, and each stays small.
 */
@NullMarked
package io.policyengine.kernel.worker.registry;

import org.jspecify.annotations.NullMarked;
