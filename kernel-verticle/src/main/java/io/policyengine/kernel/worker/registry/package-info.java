/**
 * The registry of workers: connects to their replicas, learns what they declare, checks their health, and publishes which can be called.
 * Over twenty types, since the life of a replica is two tables of states, events and actions.
 */
@NullMarked
package io.policyengine.kernel.worker.registry;

import org.jspecify.annotations.NullMarked;
