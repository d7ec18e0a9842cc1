/** Answers in a store: what is kept of them, by which keys, and the steps that read, write and invalidate them. */
@NullMarked
package io.policyengine.policies.traffic.cache.entry;

import org.jspecify.annotations.NullMarked;
