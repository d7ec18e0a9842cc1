/**
 * The registry of workers: connects to their replicas, reads what they declare, checks their health, and publishes the
 * available replicas. The package has over twenty types, since each of these duties needs several types.
 */
@NullMarked
package io.policyengine.kernel.worker.registry;

import org.jspecify.annotations.NullMarked;
