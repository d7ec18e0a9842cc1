/**
 * The registry of workers: connects to their replicas, learns what they declare, checks their health, and publishes which can be called.
 */
@NullMarked
package io.policyengine.kernel.worker.registry;

import org.jspecify.annotations.NullMarked;
