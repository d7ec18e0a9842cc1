/**
 * Stores that instances of the engine share: connections to Redis or Valkey with bounds and breakers, and single
 * operations.
 */
@NullMarked
package io.policyengine.worker.store;

import org.jspecify.annotations.NullMarked;
