/**
 * The registry of workers: connects to their replicas, reads what they declare, checks their health, and publishes the
 * available ones. Over twenty types, since a replica's life consists of two tables of states, events and actions.
 */
@NullMarked
package io.policyengine.kernel.worker.registry;

import org.jspecify.annotations.NullMarked;
