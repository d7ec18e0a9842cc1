/**
 * Stores that instances share: their connections to Redis or Valkey with bounds and breakers, and single operations on
 * them.
 */
@NullMarked
package io.policyengine.worker.store;

import org.jspecify.annotations.NullMarked;
