/** Stored responses: their form, their keys, and the steps that read, write and invalidate them. */
@NullMarked
package io.policyengine.policies.traffic.cache.entry;

import org.jspecify.annotations.NullMarked;
